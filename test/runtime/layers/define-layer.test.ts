import '@tensorflow/tfjs-backend-cpu';
import { memory, mul, ones, reshape, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { loadLayersModel, packModel } from '../../../src/compression/index.ts';
import { defineLayer, layers, registerLayers, sequential } from '../../../src/layers/index.ts';
import { createModel, defineModel } from '../../../src/models/index.ts';
import { defineProject } from '../../../src/project/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const channelScale = defineLayer({
  name: 'ChannelScale',
  defaults: { factor: 2 },
  weights: (inputShape) => ({ scale: { shape: inputShape.slice(-1), initializer: initializers.randomNormal({ mean: 1, stddev: 0.1 }) } }),
  call: (input, { scale }, { factor }) => mul(mul(input, scale), factor),
});

const pairs = defineLayer({
  name: 'Pairs',
  defaults: {},
  outputShape: ([length]) => [length / 2, 2],
  call: (input) => reshape(input, [-1, input.shape[1]! / 2, 2]),
});

const features = {
  task: 'regression',
  inputShape: [4],
  outputs: 1,
  outputNames: ['y'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
} as const;

const scaled = defineModel({
  name: 'scaled',
  defaults: { factor: 3 },
  build: ({ inputShape, outputs }, { factor }) =>
    sequential([channelScale({ inputShape, factor }), channelScale(), layers.dense({ units: outputs })]),
});

test('a layer of a project is named within its model, and its weights are drawn from the seed', () => {
  const before = memory().numTensors;
  const [one, same, other] = [0, 0, 1].map((seed) => createModel(scaled, {}, features, seed));
  expect(one.layers.map((layer) => layer.name)).toEqual(['channelScale1', 'channelScale2', 'dense1']);
  const scale = (model: typeof one) => Array.from(model.weights[0].read().dataSync());
  expect(scale(one)).toEqual(scale(same));
  expect(scale(one)).not.toEqual(scale(other));
  for (const model of [one, same, other]) model.dispose();
  expect(memory().numTensors).toBe(before);
});

test('a saved model with a layer of the project computes the same when it is loaded', async () => {
  const before = memory().numTensors;
  const root = new URL('.', import.meta.url);
  defineProject({ root, datasets: [], models: [scaled], layers: [channelScale], losses: [], metrics: [], callbacks: [] });
  const model = createModel(scaled, {}, features, 7);
  const { model: loaded } = await loadLayersModel(await packModel(model, { features }));
  const outputs = (of: typeof model) => tidy(() => Array.from((of.predict(ones([2, 4])) as Tensor).dataSync()));
  expect(outputs(loaded)).toEqual(outputs(model));
  expect(loaded.layers[0].getConfig()).toMatchObject({ factor: 3 });
  expect(loaded.layers[1].getConfig()).toMatchObject({ factor: 2 });
  model.dispose();
  loaded.dispose();
  expect(memory().numTensors).toBe(before);
});

test('a layer may change the shape', () => {
  const layer = pairs();
  expect(layer.computeOutputShape([null, 6])).toEqual([null, 3, 2]);
  expect(tidy(() => layer.apply(ones([5, 6])) as Tensor).shape).toEqual([5, 3, 2]);
});

test('a layer with a name that tfjs has, or that cannot be saved, is refused', () => {
  const dense = defineLayer({ name: 'Dense', defaults: {}, call: (input) => input });
  expect(() => registerLayers([dense])).toThrow('There is a layer Dense in tfjs already. Give yours another name.');
  expect(() => defineLayer({ name: 'channel-scale', defaults: {}, call: (input) => input })).toThrow('Write it like ChannelScale');
  registerLayers([channelScale]);
  registerLayers([channelScale]);
});
