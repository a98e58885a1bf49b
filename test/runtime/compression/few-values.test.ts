import { memory, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { binarize } from '../../../src/compression/binarize.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune, holdTechniques } from '../../../src/compression/fine-tune.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { topologyOf } from '../../../src/compression/surgery/topology.ts';
import type { ActiveTechnique, Technique, TechniqueContext } from '../../../src/compression/technique.ts';
import { ternarize } from '../../../src/compression/ternarize.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { convBnRelu, functional, layers, through } from '../../../src/layers/index.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, outputsOf, randomInputs, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let chain: LayersModel;
let branched: LayersModel;
let tensors = 0;

beforeAll(async () => {
  await useBackend();
  chain = smallConvNet();
  branched = smallBranchedNet();
  for (const model of [chain, branched]) await new Trainer(model, { ...training, epochs: 4 }).fit(data.train, data.validation);
}, 60_000);
afterAll(() => {
  chain.dispose();
  branched.dispose();
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Runs a recipe and frees the model it makes. */
async function compressed(model: LayersModel, recipe: Technique) {
  const result = await compressModel({ model, features }, recipe, { ...training, data });
  const [weights, bytes, expected] = [
    await readWeights(result.model),
    await packModel(result.model, { features }),
    await outputsOf(result.model),
  ];
  const topology = topologyOf(result.model);
  result.model.dispose();
  return { ...result, weights, bytes, expected, kinds: topology.config.layers.map(({ class_name }) => class_name) };
}

type Compressed = Awaited<ReturnType<typeof compressed>>;

function kernel({ weights }: Pick<Compressed, 'weights'>, layer: string): Float32Array {
  return weights.get(`${layer}/kernel`)!.values;
}

const distinct = (values: Iterable<number>) => [...new Set(values)].sort((a, b) => a - b);
/** The values of one filter or neuron. */
const channel = (values: Float32Array, at: number, count: number) => values.filter((_, i) => i % count === at);

describe('ternarize', () => {
  it('leaves -a, 0 and a to the kernels between the first and the last, while the training goes on', async () => {
    const result = await compressed(chain, pipeline([ternarize(), fineTune({ epochs: 3, learningRate: 1e-3 })]));
    for (const layer of ['conv2', 'dense1']) {
      const [low, zero, high] = distinct(kernel(result, layer));
      expect([zero, distinct(kernel(result, layer)).length]).toEqual([0, 3]);
      expect(low).toBe(-high);
      expect(kernel(result, layer).some((value) => Object.is(value, -0))).toBe(false);
    }
    for (const layer of ['conv1', 'dense2']) expect(distinct(kernel(result, layer)).length).toBeGreaterThan(3);
    expect(result.test!.after.accuracy).toBeGreaterThan(0.9);
  });

  it('stores a ternary kernel in at most 1.7 bits a weight and its scale', async () => {
    const { layers } = await compressed(chain, ternarize());
    const dense = layers.find(({ layer }) => layer === 'dense1')!;
    expect(dense.packedBytes).toBeLessThanOrEqual(Math.ceil((1.6 * dense.weights) / 8) + 8 + 1);
    expect(layers[0].packedBytes).toBe(layers[0].rawBytes);
  });

  it('has one scale for each filter on request', async () => {
    const result = await compressed(chain, ternarize({ scale: 'channel' }));
    const filters = Array.from({ length: 12 }, (_, at) => distinct(channel(kernel(result, 'conv2'), at, 12)));
    for (const values of filters) expect(values.length).toBeLessThanOrEqual(3);
    expect(new Set(filters.map((values) => values.at(-1))).size).toBeGreaterThan(6);
  });

  it('trains two scales with ttq', async () => {
    const at = (result: Compressed) => distinct(kernel(result, 'dense1'));
    const [low, zero, high] = at(await compressed(chain, ternarize({ method: 'ttq' })));
    const options = { method: 'ttq', scaleLearningRate: 0.01 } as const;
    const tuned = at(await compressed(chain, pipeline([ternarize(options), fineTune({ epochs: 1, learningRate: 1e-4 })])));
    expect([zero, tuned[1], tuned.length]).toEqual([0, 0, 3]);
    expect(low).toBeLessThan(0);
    expect(tuned[2]).toBeGreaterThan(0);
    expect([tuned[0], tuned[2]]).not.toEqual([low, high]);
  });
});

describe('binarize', () => {
  it('leaves two values to each filter', async () => {
    const result = await compressed(chain, pipeline([binarize(), fineTune({ epochs: 3, learningRate: 1e-3 })]));
    for (let filter = 0; filter < 12; filter++) {
      const [low, high, ...others] = distinct(channel(kernel(result, 'conv2'), filter, 12));
      expect([low, others]).toEqual([-high, []]);
    }
    expect(distinct(kernel(result, 'conv1')).length).toBeGreaterThan(8);
    expect(result.test!.after.accuracy).toBeGreaterThan(0.9);
  });

  it('takes in the first and the last layer on request', async () => {
    const result = await compressed(chain, binarize({ scale: 'layer', keepFirstAndLast: false }));
    for (const layer of ['conv1', 'conv2', 'dense1', 'dense2']) expect(distinct(kernel(result, layer))).toHaveLength(2);
  });

  it('puts a BatchNorm behind binaryConnect layers that have none, and holds their masters', async () => {
    const result = await compressed(chain, pipeline([binarize({ method: 'binaryConnect' }), fineTune({ epochs: 2 })]));
    expect(result.kinds).toEqual([
      ...['Conv2D', 'MaxPooling2D', 'Conv2D', 'BatchNormalization', 'Activation', 'MaxPooling2D', 'Flatten'],
      ...['Dense', 'BatchNormalization', 'Activation', 'Dense', 'Softmax'],
    ]);
    const coefficient = Math.sqrt(1.5 / (9 * (8 + 12)));
    expect(distinct(kernel(result, 'conv2'))).toEqual([-coefficient, coefficient].map(Math.fround));
  });

  it('draws signs for stochastic binaryConnect, and judges without chance', async () => {
    const recipe = () => pipeline([binarize({ method: 'binaryConnect', stochastic: true }), fineTune({ epochs: 2 })]);
    const [first, second] = [await compressed(chain, recipe()), await compressed(chain, recipe())];
    const plain = await compressed(chain, pipeline([binarize({ method: 'binaryConnect' }), fineTune({ epochs: 2 })]));
    expect(first.weights).toEqual(second.weights);
    expect(kernel(first, 'dense1')).not.toEqual(kernel(plain, 'dense1'));
    expect(distinct(kernel(first, 'dense1'))).toHaveLength(2);
  });

  it('puts BatchNorm and sign in front of xnor layers, which both loaders run', async () => {
    const result = await compressed(chain, pipeline([binarize({ method: 'xnor', inputScale: true }), fineTune({ epochs: 4 })]));
    expect(result.kinds).toEqual([
      ...['Conv2D', 'MaxPooling2D', 'BatchNormalization', 'SignActivation', 'Conv2D', 'MaxPooling2D', 'Flatten'],
      ...['BatchNormalization', 'SignActivation', 'Dense', 'Dense', 'Softmax'],
    ]);
    expect(result.test!.after.accuracy).toBeGreaterThan(0.8);
    await expectBothLoaders(result);
  });

  it('lets units be removed in front of a sign', async () => {
    const { model } = await compressModel({ model: chain, features }, binarize({ method: 'xnor' }), { ...training, data });
    const result = await compressed(model, pruneUnits({ ratio: { conv2: 0.5 } }));
    expect([kernel(result, 'conv2').length, result.weights.get('dense1-norm/gamma')!.shape]).toEqual([9 * 8 * 6, [2 * 2 * 6]]);
    await expectBothLoaders(result);
    model.dispose();
  });

  it('finds other names where blocks have layers of the same', async () => {
    const build = () =>
      functional([8, 8, 1], (input) => {
        const seen = convBnRelu(convBnRelu(input, { filters: 4 }), { filters: 6 });
        return through(seen, layers.flatten({}), layers.dense({ units: 3 }), layers.softmax({}));
      });
    const model = createModel(defineModel({ name: 'blocks', defaults: {}, build }), {}, features, 0);
    const { weights } = await compressed(model, binarize({ method: 'xnor', layers: ['conv2'] }));
    expect([...weights.keys()].filter((name) => /^conv2-norm\d?\/gamma$/.test(name))).toEqual(['conv2-norm2/gamma', 'conv2-norm/gamma']);
    model.dispose();
  });

  it.each(['bwn', 'xnor', 'binaryConnect'] as const)('%s: takes nets with branches', async (method) => {
    const result = await compressed(branched, pipeline([binarize({ method }), fineTune({ epochs: 2 })]));
    for (let filter = 0; filter < 12; filter++)
      expect(distinct(channel(kernel(result, 'conv6'), filter, 12)).length).toBeLessThanOrEqual(2);
    expect(distinct(kernel(result, 'conv1')).length).toBeGreaterThan(8);
    const norms = result.kinds.filter((kind) => kind === 'BatchNormalization').length;
    // xnor: conv3, conv4, conv5, conv6, dense1 and conv2 read no BatchNorm; binaryConnect: conv2, conv4, conv5 and dense1 have none behind.
    expect(norms - 3).toBe({ bwn: 0, xnor: 6, binaryConnect: 4 }[method]);
    await expectBothLoaders(result);
  });
});

async function expectBothLoaders({ bytes, weights, expected }: Compressed): Promise<void> {
  const loaded = await loadLayersModel(bytes);
  expect(await readWeights(loaded.model)).toEqual(weights);
  loaded.model.dispose();
  const got = (await loadModel(bytes)).compute(randomInputs());
  expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
}

it.each([
  ['ternarize', ternarize({ method: 'ttq' })],
  ['binarize', binarize({ method: 'binaryConnect', stochastic: true })],
])('%s: a saved state goes on as one that was never interrupted', async (_, technique) => {
  const contextOf = (model: LayersModel): TechniqueContext => ({ model, features, data, training, random: new RandomStream(0), note() {} });
  const train = async (model: LayersModel, active: ActiveTechnique, epochs: number) =>
    void (await new Trainer(model, {
      ...training,
      epochs,
      restoreBestWeights: false,
      callbacks: [holdTechniques([active], contextOf(model))],
    }).fit(data.train));
  const model = (await technique.rewrite?.(contextOf(chain))) ?? (await loadLayersModel(await packModel(chain, { features }))).model;
  const active: ActiveTechnique = { technique, state: await technique.init!(contextOf(model)), step: 0 };
  technique.project!(active.state, model, 0);
  await train(model, active, 1);

  const saved = technique.saveState!(active.state);
  const copy = (await loadLayersModel(await packModel(model, { features }))).model;
  const again: ActiveTechnique = { technique, state: technique.loadState!(saved, contextOf(copy)), step: active.step };
  await train(model, active, 1);
  await train(copy, again, 1);
  expect(await readWeights(copy)).toEqual(await readWeights(model));
  expect(technique.saveState!(again.state)).toEqual(technique.saveState!(active.state));
  for (const one of [active, again]) tidy(() => technique.dispose!(one.state));
  model.dispose();
  copy.dispose();
});

it('refuses another step that holds weights', async () => {
  for (const steps of [
    [pruneWeights({ keep: 0.5 }), ternarize()],
    [binarize(), pruneWeights({ keep: 0.5 })],
  ]) {
    await expect(compressed(chain, pipeline(steps))).rejects.toThrow('both hold weights while the model trains');
  }
});
