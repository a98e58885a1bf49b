import { moments, randomNormal, reshape, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { layers } from '../../../src/layers/layers.ts';
import { registerLayers } from '../../../src/layers/register-layers.ts';
import { sequential } from '../../../src/layers/sequential.ts';

beforeAll(async () => {
  await useBackend();
  registerLayers();
});

describe('group normalization', () => {
  test.each([
    [1, 1],
    [3, 3],
    [-1, 6],
  ])('with groups %d gives each group of a sample mean 0 and variance 1', (groups, count) => {
    const layer = layers.groupNormalization({ groups, epsilon: 1e-9 });
    const output = layer.apply(randomNormal([2, 5, 4, 6], 3, 2)) as Tensor;
    const { mean, variance } = moments(reshape(output, [2, 20, count, 6 / count]), [1, 3]);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 4);
  });

  test('learns a factor and a term for each channel, or not', async () => {
    const model = sequential([
      layers.groupNormalization({ inputShape: [6], groups: 2 }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
    const [inputs, targets] = [randomNormal([32, 6]), tensor2d(Array.from({ length: 32 }, (_, i) => [i % 2]))];
    const { history } = await model.fit(inputs, targets, { epochs: 30, verbose: 0 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0] as number);
    const [gamma, beta] = model.layers[0].getWeights().map((weight) => Array.from(weight.dataSync()));
    expect(gamma).not.toContain(1);
    expect(beta).not.toContain(0);
    const plain = layers.groupNormalization({ scale: false, center: false, groups: 2 });
    plain.apply(randomNormal([1, 4]));
    expect(plain.weights).toEqual([]);
    model.dispose();
  });

  test.each([
    [{ groups: 4 }, 'has 4 groups, which do not divide its 6 channels. Give groups that do'],
    [{}, 'has 32 groups, which do not divide its 6 channels'],
    [{ groups: 0 }, 'groups is 0; it is a whole number that divides the channels, or -1'],
    [{ groups: 2, axis: 1 }, 'axis is 1; the channels are the last axis here: -1'],
  ])('refuses %j', (options, message) => {
    expect(() => layers.groupNormalization(options).apply(randomNormal([1, 3, 3, 6]))).toThrow(message);
  });
});
