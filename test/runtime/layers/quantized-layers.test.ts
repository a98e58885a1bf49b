import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { topologyOf } from '../../../src/compression/surgery/topology.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import { describeSummary } from '../../../src/models/describe-summary.ts';
import { summarize } from '../../../src/models/summarize.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, netOf, outputsOf, randomInputs, training } from '../compression/small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** A net whose inner layers are binary in weights and inputs, as in larq's guide; the first and the last are not. */
const binaryNet = (kernel: object, input: object = { inputQuantizer: 'approxSign' }): LayersModel => {
  const options = { ...kernel, ...input };
  return netOf((): Layer[] => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, padding: 'same' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.quantConv2d({ filters: 12, kernelSize: 3, padding: 'same', useBias: false, ...options }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.flatten(),
    layers.quantDense({ units: 24, ...options }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
};

const kernels = [
  { kernelQuantizer: 'steSign' },
  { kernelQuantizer: 'steSign', kernelScale: 'channel' },
  { kernelQuantizer: 'magnitudeAwareSign' },
  { kernelQuantizer: 'steTern', kernelScale: 'layer' },
  { kernelQuantizer: 'ttq' },
  { kernelQuantizer: { name: 'doReFa', bits: 4, mode: 'weights' } },
];

describe('quantConv2d and quantDense', () => {
  it.each(kernels)('learn with %j, and come back from what was saved', async (kernel) => {
    const model = binaryNet(kernel);
    await new Trainer(model, { ...training, epochs: 6, optimizer: { name: 'adam', learningRate: 0.01 } }).fit(data.train, data.validation);
    const weights = await readWeights(model);
    const again = await buildModel(JSON.parse(JSON.stringify(topologyOf(model))), weights);
    const outputs = await outputsOf(model);
    expect(await outputsOf(again)).toEqual(outputs);
    expect(topologyOf(again)).toEqual(topologyOf(model));
    const logs = await new Trainer(again, { ...training, epochs: 1 }).fit(data.train, data.validation);
    expect(logs.val_accuracy).toBeGreaterThan(0.8);
    model.dispose();
    again.dispose();
  });

  it.each([...kernels, {}])('become plain layers in a model file, which both loaders run: %j', async (kernel) => {
    const model = binaryNet(kernel);
    await new Trainer(model, { ...training, epochs: 1 }).fit(data.train);
    const expected = await outputsOf(model);
    const bytes = await packModel(model, { features });
    const loaded = await loadLayersModel(bytes);
    const kinds = loaded.model.layers.map((layer) => layer.getClassName());
    expect(kinds.filter((kind) => kind === 'SignActivation' || kind.startsWith('Quant'))).toEqual(['SignActivation', 'SignActivation']);
    const differences = [await outputsOf(loaded.model), (await loadModel(bytes)).compute(randomInputs())].map((got) =>
      Math.max(...got.map((value, i) => Math.abs(value - expected[i]))),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    loaded.model.dispose();
    model.dispose();
  });

  it('hold their weights between -1 and 1 with weightClip', async () => {
    const model = binaryNet({ kernelQuantizer: 'steSign', kernelConstraint: 'weightClip' });
    await new Trainer(model, { ...training, epochs: 1, optimizer: { name: 'adam', learningRate: 0.2 } }).fit(data.train);
    const weights = await readWeights(model);
    for (const name of ['conv2/kernel', 'dense1/kernel']) expect(Math.max(...weights.get(name)!.values.map(Math.abs))).toBe(1);
    expect(topologyOf(model).config.layers[3].config.kernel_constraint).toEqual({ class_name: 'WeightClip', config: { clip_value: 1 } });
    model.dispose();
  });

  it('compute with the signs of kernel and input, but keep floats', () => {
    const model = netOf(() => [
      layers.quantDense({ inputShape: [8, 8, 1], units: 2, kernelQuantizer: 'steSign', inputQuantizer: 'steSign', useBias: false }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ]);
    const layer = model.layers[0];
    tidy(() => layer.setWeights([tensor([[0.3, -0.2]])]));
    const input = tensor([0.7, -0.4], [2, 1]);
    const output = layer.apply(input) as typeof input;
    expect(Array.from(output.dataSync())).toEqual([1, -1, -1, 1]);
    expect(Array.from(layer.getWeights()[0].dataSync())).toEqual([0.3, -0.2].map(Math.fround));
    for (const one of [input, output]) one.dispose();
    model.dispose();
  });

  it.each([
    [{ kernelQuantizer: 'steSgn' }, 'There is no quantizer named "steSgn". Did you mean steSign?'],
    [{ inputQuantizer: 'ttq' }, 'which is for kernels; take steSign or approxSign'],
    [{ kernelQuantizer: 'ttq', kernelScale: 'layer' }, 'has a kernelScale, which goes with'],
    [{ kernelQuantizer: 'steSign', kernelScale: 'filter' }, "allowed are 'layer' and 'channel'"],
  ])('refuse %j', (options, message) => {
    expect(() => layers.quantDense({ name: 'dense1', units: 2, ...(options as object) })).toThrow(message);
  });
});

it('the summary counts one bit for a binary number, two for a ternary one', () => {
  const bitsOf = (kernel: object) => {
    const model = binaryNet(kernel);
    const summary = summarize(model);
    const text = describeSummary(summary);
    model.dispose();
    return { bits: summary.layers.map(({ bits }) => bits), text, total: summary.bits };
  };
  const binary = bitsOf({ kernelQuantizer: 'steSign' });
  expect([binary.bits[3], binary.bits[7]]).toEqual([864, 1152 + 32 * 24]);
  expect(binary.bits[0]).toBe(32 * 80);
  expect(binary.text).toContain('in bits');
  const ternary = bitsOf({ kernelQuantizer: 'ttq' });
  expect([ternary.bits[3], ternary.bits[7]]).toEqual([2 * 864 + 64, 2 * 1152 + 32 * 24 + 64]);
  expect(ternary.total).toBe(ternary.bits.reduce((a, b) => a + b, 0));
});
