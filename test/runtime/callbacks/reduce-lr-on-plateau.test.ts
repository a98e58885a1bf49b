import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { reduceLROnPlateau } from '../../../src/callbacks/reduce-lr-on-plateau.ts';
import { scriptedLosses, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

/** The rate after each epoch, beginning with 1. */
async function ratesOn(values: readonly number[], settings: Partial<typeof reduceLROnPlateau.defaults>): Promise<number[]> {
  const { epochs, options } = scriptedLosses(values);
  const rates: number[] = [];
  const look: Callback = { name: 'look', onEpochEnd: ({ optimizer }) => void rates.push(optimizer.learningRate) };
  const plateau = reduceLROnPlateau.create({ ...reduceLROnPlateau.defaults, ...settings }, undefined);
  await trainTiny([plateau, look], { ...options, epochs, optimizer: { name: 'sgd', learningRate: 1 } });
  return rates;
}

describe('reduceLROnPlateau', () => {
  // By the code of Keras 3's ReduceLROnPlateau.
  it.each([
    { settings: { patienceEpochs: 2, factor: 0.5 }, values: [3, 3, 3, 3, 3, 2], rates: [1, 1, 0.5, 0.5, 0.25, 0.25] },
    {
      settings: { patienceEpochs: 1, factor: 0.5, cooldownEpochs: 2 },
      values: [3, 3, 3, 3, 3, 3],
      rates: [1, 0.5, 0.5, 0.25, 0.25, 0.125],
    },
    { settings: { patienceEpochs: 1, factor: 0.5, minLearningRate: 0.3 }, values: [3, 3, 3, 3], rates: [1, 0.5, 0.3, 0.3] },
    { settings: { patienceEpochs: 1, factor: 0.5, minDelta: 0.5 }, values: [3, 2.75, 2.5, 2], rates: [1, 0.5, 0.25, 0.25] },
  ])('falls as in Keras: $settings on $values', async ({ settings, values, rates }) => {
    expect(await ratesOn(values, settings)).toEqual(rates);
  });
});
