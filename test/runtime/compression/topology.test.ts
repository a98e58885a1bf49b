import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { topologyOf, withoutDefaults, withoutTrainingSettings } from '../../../src/compression/surgery/topology.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf, smallBranchedNet, smallConvNet } from './small-nets.ts';

beforeAll(async () => void (await useBackend()));

const netOfManyKinds = () =>
  netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: [3, 2], strides: [2, 1], useBias: false }),
    layers.batchNormalization({ epsilon: 1e-5, momentum: 0.5, scale: false }),
    layers.leakyReLU({ alpha: 0.1 }),
    layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
    layers.reLU({ maxValue: 6 }),
    layers.dropout({ rate: 0.25 }),
    layers.flatten(),
    layers.dense({ units: 5, activation: 'tanh', trainable: false }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);

it.each([
  ['a chain', smallConvNet],
  ['branches', smallBranchedNet],
  ['settings that are no defaults', netOfManyKinds],
])('the model rebuilt without defaults is the same: %s', async (_, build) => {
  const tensors = memory().numTensors;
  const model = build();
  const topology = withoutTrainingSettings(topologyOf(model));
  const short = withoutDefaults(topology);
  const weights = await readWeights(model);
  const [rebuilt, fromShort] = [await buildModel(topology, weights), await buildModel(short, weights)];
  expect(topologyOf(fromShort)).toEqual(topologyOf(rebuilt));
  expect(await readWeights(fromShort)).toEqual(weights);
  expect(JSON.stringify(short).length).toBeLessThan(0.75 * JSON.stringify(topology).length);
  for (const one of [model, rebuilt, fromShort]) one.dispose();
  expect(memory().numTensors).toBe(tensors);
});

it('gives no layer another automatic name', () => {
  const names = () => smallConvNet().layers.map(({ name }) => name);
  const before = names();
  withoutDefaults(topologyOf(smallConvNet()));
  expect(names()).toEqual(before);
});

it('keeps layers whose class is not known here', () => {
  const layer = { class_name: 'Unknown', config: { name: 'one', trainable: true } };
  const topology = { class_name: 'Sequential', config: { name: 'net', layers: [layer] } };
  expect(withoutDefaults(topology)).toEqual(topology);
});
