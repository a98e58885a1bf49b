import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { freezeLayers, functional, layers, sequential, through, unfreezeLayers } from '../../../src/layers/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const build = () =>
  sequential([
    layers.conv2d({ name: 'conv1', inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }),
    layers.batchNormalization({ name: 'conv1-norm' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ name: 'fixed', units: 3, trainable: false }),
    layers.dense({ name: 'dense1', units: 2 }),
  ]);
const trained = (model: ReturnType<typeof build>) => [
  ...new Set(model.trainableWeights.map(({ originalName }) => originalName.split('/')[0])),
];

describe('freezeLayers', () => {
  test('takes patterns, lists and texts with commas, and tells the layers that have weights', () => {
    for (const [patterns, frozen, left] of [
      ['conv*', ['conv1', 'conv1-norm'], ['dense1']],
      [['conv1', 'flatten'], ['conv1'], ['conv1-norm', 'dense1']],
      ['conv1, dense1', ['conv1', 'dense1'], ['conv1-norm']],
    ] as const) {
      const model = build();
      expect(freezeLayers(model, patterns).map(({ name }) => name)).toEqual(frozen);
      expect(trained(model)).toEqual(left);
      model.dispose();
    }
  });

  test('refuses a pattern without a layer, naming the nearest, and to freeze everything; nothing is frozen then', () => {
    const model = build();
    expect(() => freezeLayers(model, ['conv1', 'dens1'])).toThrow(
      'model.freeze names "dens1", but the model has no such layer. Did you mean dense1? Layers: conv1, conv1-norm, flatten, fixed, dense1.',
    );
    expect(() => freezeLayers(model, 'cnv*')).toThrow('Did you mean conv*?');
    expect(() => freezeLayers(model, '*')).toThrow(
      'model.freeze freezes every layer, and nothing is left to train. Leave one out: dense1.',
    );
    expect(trained(model)).toEqual(['conv1', 'conv1-norm', 'dense1']);
    model.dispose();
  });

  test('reaches layers of a model inside', () => {
    const inner = sequential([layers.dense({ name: 'inside', inputShape: [3], units: 2 })]);
    const model = functional([3], (rows) => through(rows, inner, layers.dense({ name: 'outside', units: 1 })));
    freezeLayers(model, 'inside');
    expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual(['outside/kernel', 'outside/bias']);
    model.dispose();
  });
});

test('unfreezeLayers gives back what was frozen, and leaves what the model itself keeps fixed', () => {
  const model = build();
  freezeLayers(model, 'conv*');
  unfreezeLayers(model, '*', 'callbacks.unfreeze.layers');
  expect(trained(model)).toEqual(['conv1', 'conv1-norm', 'dense1']);
  expect(() => unfreezeLayers(model, 'cnv*', 'callbacks.unfreeze.layers')).toThrow('callbacks.unfreeze.layers names "cnv*"');
  model.dispose();
});
