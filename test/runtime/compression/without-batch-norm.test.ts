import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { topologyOf } from '../../../src/compression/surgery/topology.ts';
import { withoutBatchNorm } from '../../../src/compression/surgery/without-batch-norm.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf, outputsOf, smallBranchedNet } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** As after a training: nothing is 0 or 1 any more. */
async function withRandomWeights(model: LayersModel): Promise<LayersModel> {
  const random = new RandomStream(3);
  const weights = new Map(
    Array.from(await readWeights(model), ([name, { shape, values }]) => {
      const draw = () => (name.endsWith('kernel') ? random.normal(0, 0.2) : random.uniform(0.5, 1.5));
      return [name, { shape, values: values.map(draw) }];
    }),
  );
  loadWeightsInto(model, { weights });
  return model;
}

/** What a model says before and after, and the notes. */
async function folded(model: LayersModel) {
  const topology = topologyOf(model);
  const { notes, ...rest } = withoutBatchNorm(topology, await readWeights(model));
  const plain = await buildModel(rest.topology, rest.weights);
  const result = {
    before: await outputsOf(model),
    after: await outputsOf(plain),
    norms: plain.layers.filter((layer) => layer.getClassName() === 'BatchNormalization').map(({ name }) => name),
    weightNames: plain.weights.map(({ originalName }) => originalName),
    notes: notes.map(({ layer, text }) => `${layer} ${text}`),
  };
  expect([...rest.weights.keys()]).toEqual(result.weightNames);
  model.dispose();
  plain.dispose();
  return result;
}

function expectEqual(after: Float32Array, before: Float32Array) {
  expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(1e-5);
}

it('merges every BatchNorm of a net with branches, which says the same', async () => {
  const { before, after, norms, notes, weightNames } = await folded(await withRandomWeights(smallBranchedNet()));
  expectEqual(after, before);
  expect(norms).toEqual([]);
  expect(notes).toEqual(['norm1 merged into conv1', 'norm3 merged into conv3', 'norm6 merged into conv6']);
  expect(weightNames).toContain('conv1/bias');
});

it('merges into depthwise and dense layers, with and without scale, shift and bias', async () => {
  const build = () =>
    netOf(() => [
      layers.depthwiseConv2d({ inputShape: [8, 8, 1], kernelSize: 3, name: 'depthwise' }),
      layers.batchNormalization({ name: 'norm1', scale: false }),
      layers.conv2d({ filters: 4, kernelSize: 3, name: 'conv' }),
      layers.batchNormalization({ name: 'norm2', center: false, epsilon: 0.1 }),
      layers.flatten(),
      layers.dense({ units: 3, useBias: false, name: 'dense' }),
      layers.batchNormalization({ name: 'norm3' }),
      layers.softmax(),
    ]);
  const { before, after, norms } = await folded(await withRandomWeights(build()));
  expectEqual(after, before);
  expect(norms).toEqual([]);
});

it('leaves one that does not follow a linear layer where it is, and says why', async () => {
  const build = () =>
    netOf(() => [
      layers.batchNormalization({ name: 'norm1', inputShape: [8, 8, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      layers.batchNormalization({ name: 'norm2' }),
      layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      layers.batchNormalization({ name: 'norm3' }),
      layers.flatten(),
      layers.dense({ units: 3 }),
      layers.softmax(),
    ]);
  const { before, after, notes } = await folded(await withRandomWeights(build()));
  expect(after).toEqual(before);
  expect(notes).toEqual([
    'norm1 stays: it does not follow a convolution or a dense layer',
    'norm2 stays: conv ends with relu',
    'norm3 stays: it does not follow a convolution or a dense layer',
  ]);
});

it('knows the last axis by what the dense layer reads: a normalization of time steps stays', async () => {
  const overTime = (axis: number) =>
    netOf(() => [
      layers.reshape({ inputShape: [8, 8, 1], targetShape: [8, 8] }),
      layers.dense({ units: 8, name: 'steps' }),
      layers.batchNormalization({ axis, name: 'norm' }),
      layers.flatten(),
      layers.dense({ units: 3 }),
      layers.softmax(),
    ]);
  for (const [axis, note] of [
    [1, 'norm stays: it normalises axis 1, not the last one'],
    [2, 'norm merged into steps'],
  ] as const) {
    const { before, after, notes } = await folded(await withRandomWeights(overTime(axis)));
    expectEqual(after, before);
    expect(notes).toEqual([note]);
  }
});
