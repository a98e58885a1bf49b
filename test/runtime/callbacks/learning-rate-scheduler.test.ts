import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/index.ts';
import { learningRateScheduler } from '../../../src/callbacks/learning-rate-scheduler.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../training/tiny-training.ts';

beforeAll(useBackend);

/** The learning rate of every step. */
async function ratesWith(scheduler: Callback, epochs = 2): Promise<number[]> {
  const rates: number[] = [];
  const model = tinyModel();
  const spy: Callback = { name: 'spy', onTrainBatchEnd: ({ optimizer }) => void rates.push(optimizer.learningRate) };
  const optimizer = { name: 'sgd', learningRate: 0.5 };
  await new Trainer(model, { epochs, loss: 'sparseCategoricalCrossentropy', optimizer, callbacks: [scheduler, spy] }).fit(pointLoader(96));
  model.dispose();
  return rates;
}

describe('learningRateScheduler', () => {
  test('falls along a cosine from the first rate to its final share', async () => {
    const rates = await ratesWith(learningRateScheduler.create({ schedule: 'cosine', finalShare: 0.1 }, undefined));
    expect(rates[0]).toBe(0.5);
    expect(rates.at(-1)).toBeCloseTo(0.05, 12);
    const middle = (rates[Math.floor((rates.length - 1) / 2)] + rates[Math.ceil((rates.length - 1) / 2)]) / 2;
    expect(middle).toBeCloseTo(0.275, 6);
    expect([...rates].sort((a, b) => b - a)).toEqual(rates);
  });

  test('falls by the same factor at every step', async () => {
    const rates = await ratesWith(learningRateScheduler.create({ schedule: 'exponential', finalShare: 0.01 }, undefined));
    const factors = rates.slice(1).map((rate, i) => rate / rates[i]);
    for (const factor of factors) expect(factor).toBeCloseTo(0.01 ** (1 / (rates.length - 1)), 12);
  });

  test('goes on from the first rate of a stopped training', async () => {
    const scheduler = learningRateScheduler.create(learningRateScheduler.defaults, undefined);
    scheduler.loadStateDict?.(0.25);
    expect((await ratesWith(scheduler))[0]).toBe(0.25);
  });
});
