import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import type { CompressionResult } from '../../../src/compression/compression-result.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { gridOf } from '../../../src/compression/quantization/weight-grid.ts';
import { quantize } from '../../../src/compression/quantize.ts';
import { topologyOf } from '../../../src/compression/surgery/topology.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { functional, layers, through } from '../../../src/layers/index.ts';
import type { ModelFile, NamedWeight } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { bars, data, features, netOf, outputsOf, randomInputs, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

const trained: Record<'chain' | 'branches', LayersModel> = {} as never;
let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  for (const [name, build] of [
    ['chain', smallConvNet],
    ['branches', smallBranchedNet],
  ] as const) {
    trained[name] = build();
    await new Trainer(trained[name], { ...training, epochs: 6 }).fit(data.train, data.validation);
  }
  folder = await mkdtemp(join(tmpdir(), 'dl-quantize-'));
}, 60_000);
afterAll(async () => {
  for (const model of Object.values(trained)) model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

type Net = keyof typeof trained;
const nets: Net[] = ['chain', 'branches'];

/** Runs a recipe, frees the model it makes, and gives its weights, layers and file. */
async function compressed(net: Net, recipe: Technique, more: object = {}) {
  let file: ModelFile | undefined;
  const { encode } = recipe;
  const spied: Technique = {
    ...recipe,
    encode(state, one) {
      file = encode?.(state, one) ?? one;
      return file;
    },
  };
  const result = await compressModel({ model: trained[net], features }, recipe.steps ? recipe : spied, { ...training, data, ...more });
  const weights = await readWeights(result.model);
  const classes = result.model.layers.map((layer) => layer.getClassName());
  result.model.dispose();
  return { ...result, weights, classes, encoded: file as ModelFile };
}

const accuracies = ({ rows }: CompressionResult) => rows.map(({ value }) => value);
const isKernel = (name: string) => name.endsWith('kernel');
const stepsIn = (values: Float32Array) => new Set(values).size;

describe.each(nets)('quantize of a model with %s', (net) => {
  it('has weights that are whole numbers of 8 bits times a scale of their channel, and keeps the accuracy', async () => {
    const result = await compressed(net, quantize());
    const [before, after] = accuracies(result);
    expect(after).toBeGreaterThanOrEqual(before - 0.02);
    for (const [name, weight] of result.encoded.weights) {
      expect([name, weight.quantization !== undefined]).toEqual([name, isKernel(name)]);
      if (!weight.quantization) continue;
      const { bits, scales, axis } = weight.quantization;
      expect([bits, scales.length]).toEqual([8, weight.shape[axis]]);
      const inner = weight.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      weight.values.forEach((value, i) => {
        const scale = scales[Math.floor(i / inner) % scales.length];
        expect(Math.fround(Math.round(value / scale) * scale)).toBe(value);
      });
    }
  });

  it('writes a file with the plain layers: no BatchNorm that was merged, none that only rounds', async () => {
    const file = join(folder, `${net}.safetensors`);
    const result = await compressed(net, quantize(), { file });
    const loaded = await loadLayersModel(file);
    const classes = loaded.model.layers.map((layer) => layer.getClassName());
    expect(classes).not.toContain('FakeQuantize');
    expect(classes).not.toContain('BatchNormalization');
    expect(result.classes).toContain('FakeQuantize');
    const kept = new Map([...result.weights].filter(([name]) => !name.endsWith('/range')));
    expect(await readWeights(loaded.model)).toEqual(kept);
    expect(readModelFile(await readFile(file)).activations).toEqual(result.encoded.activations);
    loaded.model.dispose();
  });

  it('rounds nothing but what is stored with float16', async () => {
    const { encoded, weights, classes } = await compressed(net, quantize({ dtype: 'float16' }));
    expect(classes).toEqual(trained[net].layers.map((layer) => layer.getClassName()));
    expect(encoded.weights).toEqual(weights);
    const original = await readWeights(trained[net]);
    for (const [name, { values }] of weights) {
      values.forEach((value, i) => {
        const exact = original.get(name)!.values[i];
        expect(Math.abs(value - exact)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(exact) * 2 ** -11));
      });
      const words = new Uint32Array(values.slice().buffer);
      if (values.every((value) => value === 0 || Math.abs(value) > 2 ** -14))
        expect(words.every((word) => (word & 0x1fff) === 0)).toBe(true);
    }
  });

  it('trains on with rounded weights and activations, and what it ends with is rounded', async () => {
    const result = await compressed(net, pipeline([quantize({ bits: 4 }), fineTune({ epochs: 2 })]));
    const [before, , after] = accuracies(result);
    expect(after).toBeGreaterThanOrEqual(before - 0.02);
    for (const [name, { shape, values }] of result.weights) {
      if (!isKernel(name)) continue;
      const channels = gridOf(
        { shape, values },
        { bits: 4, axis: shape.length === 4 && name.includes('depthwise') ? 2 : shape.length - 1 },
      );
      expect(stepsIn(values)).toBeLessThanOrEqual(15 * channels.scales.length);
    }
    expect(result.weights.get('dense1/kernel')).not.toEqual((await compressed(net, quantize({ bits: 4 }))).weights.get('dense1/kernel'));
  });
});

describe('quantize', () => {
  it('rounds what convolutions and dense layers read, behind the activation, before dropout', async () => {
    const model = netOf(() => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      layers.flatten({ name: 'flatten' }),
      layers.dropout({ rate: 0.5, name: 'dropout' }),
      layers.dense({ units: 3, name: 'dense' }),
      layers.softmax({ name: 'softmax' }),
    ]);
    const result = await compressModel({ model, features }, quantize(), { ...training, data });
    expect(result.model.layers.map(({ name }) => name)).toEqual(['conv_input_rounded', 'conv', 'pool', 'pool_rounded', 'flatten', 'dropout', 'dense', 'softmax']); // biome-ignore format: one line
    model.dispose();
    result.model.dispose();
  });

  it('says in the file in which range each layer gives whole numbers', async () => {
    const chain = (await compressed('chain', quantize())).encoded.activations!;
    expect([...chain.keys()]).toEqual(['conv1_input', 'conv1', 'pool1', 'conv2', 'pool2', 'flatten1', 'dense1']);
    expect(chain.get('conv1')).toEqual(chain.get('pool1'));
    expect(chain.get('conv1')!.zeroPoint).toBe(0);
    const branches = (await compressed('branches', quantize())).encoded.activations!;
    for (const name of ['relu1', 'conv2', 'relu3', 'pool1', 'depthwise1', 'conv4', 'conv5', 'concat1', 'relu6', 'dense1']) {
      expect([name, branches.has(name)]).toEqual([name, true]);
    }
    for (const name of ['conv1', 'conv3', 'add1', 'dense2', 'softmax']) expect([name, branches.has(name)]).toEqual([name, false]);
    expect(branches.get('conv4')).toEqual(branches.get('concat1'));
    expect(branches.get('depthwise1')!.zeroPoint).toBeGreaterThan(0);
  });

  it('gives layers their own bits, and leaves those that no pattern matches, and what they read, float', async () => {
    const { encoded, notes } = await compressed('chain', quantize({ bits: { 'dense*': 4, conv2: 8 }, exclude: 'dense2' }));
    const bits = [...encoded.weights].filter(([name]) => isKernel(name)).map(([name, { quantization }]) => [name, quantization?.bits]);
    expect(bits).toEqual([
      ['conv1/kernel', undefined],
      ['conv2/kernel', 8],
      ['dense1/kernel', 4],
      ['dense2/kernel', undefined],
    ]);
    expect(encoded.activations!.has('conv1_input')).toBe(false);
    expect(encoded.weights.get('conv1/kernel')).toEqual((await readWeights(trained.chain)).get('conv1/kernel'));
    expect(notes).toContainEqual({ step: 'quantize mixed', layer: 'dense1', text: 'weights of 4 bits' });
  });

  it('leaves activations float in mode weights, and needs no data for it', async () => {
    const { encoded, classes } = await compressed('branches', quantize({ mode: 'weights' }));
    expect(classes).not.toContain('FakeQuantize');
    expect(encoded.activations).toBeUndefined();
    const technique = quantize({ mode: 'weights' });
    const context = { model: trained.chain, features, random: new RandomStream(0), note: () => {} };
    technique.check!(context, { steps: [technique], index: 0 });
    const model = (await technique.rewrite!(context))!;
    const kernel = (await readWeights(model)).get('dense1/bias');
    expect(kernel).toEqual((await readWeights(trained.chain)).get('dense1/bias'));
    model.dispose();
  });

  it('corrects the biases so that the means of the channels stay', async () => {
    const [plain, corrected] = [
      await compressed('chain', quantize({ bits: 4, biasCorrection: false })),
      await compressed('chain', quantize({ bits: 4 })),
    ];
    expect(corrected.weights.get('dense1/kernel')).toEqual(plain.weights.get('dense1/kernel'));
    expect(corrected.weights.get('dense1/bias')).not.toEqual(plain.weights.get('dense1/bias'));
  });

  it('gives layers more bits until the accuracy holds', async () => {
    const strict = await compressed('chain', quantize({ bits: 4, mixedPrecision: { maxDrop: 0 } }), { metrics: [] });
    const [before, after] = accuracies(strict);
    expect(after).toBeLessThanOrEqual(before);
    expect(strict.notes.filter(({ text }) => text === 'needs 8 bits').length).toBeGreaterThan(0);
    const lax = await compressed('chain', quantize({ bits: 4, mixedPrecision: { maxDrop: 1 } }));
    expect(lax.notes.filter(({ text }) => text === 'needs 8 bits')).toEqual([]);
  });

  it('keeps pruned weights at exactly 0, also while training', async () => {
    const { weights } = await compressed('chain', pipeline([pruneWeights({ keep: 0.2 }), quantize(), fineTune({ epochs: 1 })]));
    const zeros = weights.get('dense1/kernel')!.values.filter((value) => Object.is(value, 0)).length;
    expect(zeros).toBeGreaterThanOrEqual(0.8 * 24 * 48 - 1);
  });

  it('keeps equal weights equal with preserveClusters, also while training', async () => {
    const share: Technique = {
      name: 'share',
      label: 'share',
      options: {},
      needs: 'nothing',
      async rewrite({ model }) {
        const coarse = ({ shape, values }: NamedWeight) => ({ shape, values: values.map((value) => Math.round(8 * value) / 8) });
        const weights = new Map(Array.from(await readWeights(model), ([name, weight]) => [name, coarse(weight)]));
        loadWeightsInto(model, { weights });
        return model;
      },
    };
    const recipe = (more: object) => pipeline([share, quantize(more), fineTune({ epochs: 1 })]);
    const count = (result: { weights: Awaited<ReturnType<typeof readWeights>> }) => stepsIn(result.weights.get('dense1/kernel')!.values);
    const before = count(await compressed('chain', share));
    expect(count(await compressed('chain', recipe({ preserveClusters: true })))).toBeLessThanOrEqual(before);
    expect(count(await compressed('chain', recipe({})))).toBeGreaterThan(before);
  });

  it('says in the engine which numbers are rounded; with the layers that round the engine rounds as tfjs does', async () => {
    const file = join(folder, 'engine.safetensors');
    for (const mode of ['static', 'dynamic'] as const) {
      const { model } = await compressModel({ model: trained.branches, features }, quantize({ mode }), { ...training, data, file });
      const { plan } = await loadModel(file);
      const ranges = plan.filter(({ activations }) => activations).map(({ layers: [first] }) => first);
      expect(ranges).toEqual(mode === 'static' ? ['conv1', 'conv2', 'add1', 'pool1', 'depthwise1', 'conv5', 'conv4', 'concat1', 'conv6', 'pool2', 'dense1'] : []); // biome-ignore format: one line
      const expected = await outputsOf(model);
      const got = (await loadModel(await packModel(model, { features }))).compute(randomInputs());
      expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
      model.dispose();
    }
  });

  it('goes on where it was from what saveState gave', async () => {
    const technique = quantize({ bits: { 'conv*': 8, 'dense*': 4 } });
    const context = { model: trained.chain, features, data, training, random: new RandomStream(0), note: () => {} };
    const model = (await technique.rewrite!(context))!;
    const state = await technique.init!({ ...context, model });
    technique.project!(state, model, 0);
    const again = technique.loadState!(new Map(technique.saveState!(state)), { ...context, model });
    expect(technique.encode!(again, fileOf(model, await readWeights(model)))).toEqual(
      technique.encode!(state, fileOf(model, await readWeights(model))),
    );
    const before = await readWeights(model);
    technique.project!(again, model, 1);
    expect(await readWeights(model)).toEqual(before);
    expect(technique.saveState!(again)).toEqual(technique.saveState!(state));
    model.dispose();
  });

  it.each<[string, Technique, string]>([
    ['3 bits', quantize({ bits: 3 }), 'quantize bits is 3 for conv1; allowed are 8 and 4.'],
    ['an unknown calibration', quantize({ calibration: 'minmax' }), 'There is no calibration named "minmax". Did you mean minMax?'],
    ['no samples', quantize({ calibrationSamples: 0 }), 'quantize calibrationSamples is 0; it must be a whole number, at least 1.'],
    ['two of it', pipeline([quantize(), quantize({ bits: 4 })]), 'The recipe has quantize twice'],
    ['pruning behind it', pipeline([quantize(), pruneWeights({ keep: 0.5 })]), 'put pruneWeights first'],
    ['unit pruning behind it', pipeline([quantize(), pruneUnits({ ratio: 0.5 })]), 'put pruneUnits first'],
    [
      'a codebook with scales per channel',
      quantize({ preserveClusters: true, perChannel: true }),
      'preserveClusters needs one scale for the whole weight',
    ],
    [
      'a coding step before it',
      pipeline([{ name: 'code', label: 'code', options: {}, needs: 'nothing', storedForms: {} }, quantize()]),
      'put code last',
    ],
  ])('refuses %s', async (_, recipe, message) => {
    await expect(compressed('chain', recipe, { onRow: () => expect.unreachable() })).rejects.toThrow(message);
  });

  it('refuses static ranges without data, and data of another shape', () => {
    const technique = quantize();
    const context = { model: trained.chain, features, random: new RandomStream(0), note: () => {} };
    const position = { steps: [technique], index: 0 };
    expect(() => technique.check!(context, position)).toThrow("use mode 'dynamic' or 'weights'");
    const other = { ...bars(4, 0), features: { ...features, inputShape: [4, 4, 4] } };
    const wrong = { train: new DataLoader(other, { batchSize: 4 }) };
    expect(() => technique.check!({ ...context, data: wrong }, position)).toThrow('samples [4,4,4], but the model takes [8,8,1]');
  });

  it('refuses to round what a layer gives that the model calls twice', () => {
    const relu = layers.reLU({ name: 'relu' });
    const model = functional([8, 8, 1], (input) =>
      through(
        through(input, relu, layers.conv2d({ filters: 1, kernelSize: 3, name: 'conv' }), relu),
        layers.flatten({ name: 'flatten' }),
        layers.dense({ units: 3, name: 'dense' }),
      ),
    );
    const technique = quantize();
    const context = { model, features, data, random: new RandomStream(0), note: () => {} };
    const check = () => technique.check!(context, { steps: [technique], index: 0 });
    expect(check).toThrow('The layer relu cannot be replaced: the model calls it 2 times.');
    model.dispose();
  });

  it('names the sample of the calibration data that is NaN, and frees everything', async () => {
    const good = bars(40, 0);
    const bad = {
      ...good,
      get: (indices: Uint32Array) => {
        const batch = good.get(indices) as { size: number; inputs: Float32Array; targets: Int32Array };
        const at = indices.indexOf(21);
        if (at >= 0) batch.inputs[64 * at + 5] = Number.NaN;
        return batch;
      },
    };
    const train = new DataLoader(bad as never, { batchSize: 16 });
    const failing = compressed('chain', quantize(), { data: { train, validation: data.validation } });
    await expect(failing).rejects.toThrow('quantize found NaN in the calibration data, calibration sample 21');
  });

  it('names a layer without an integer kernel, which stays float', async () => {
    const model = netOf(() => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.layerNormalization({ name: 'normalize' }),
      layers.dense({ units: 3 }),
      layers.softmax(),
    ]);
    const result = await compressModel({ model, features }, quantize(), { ...training, data });
    expect(result.notes).toContainEqual({
      step: 'quantize int8',
      layer: 'normalize',
      text: 'stays float: LayerNormalization has no integer kernel',
    });
    model.dispose();
    result.model.dispose();
  });
});

function fileOf(model: LayersModel, weights: ModelFile['weights']): ModelFile {
  return { topology: topologyOf(model), features, metrics: {}, weights };
}
