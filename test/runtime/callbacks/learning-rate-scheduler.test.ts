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

const make = (options: Partial<typeof learningRateScheduler.defaults>) =>
  learningRateScheduler.create({ ...learningRateScheduler.defaults, ...options }, undefined);

describe('learningRateScheduler', () => {
  test('falls along a cosine from the first rate to its final share', async () => {
    const rates = await ratesWith(make({ finalShare: 0.1 }));
    expect(rates[0]).toBe(0.5);
    expect(rates.at(-1)).toBeCloseTo(0.05, 12);
    const middle = (rates[Math.floor((rates.length - 1) / 2)] + rates[Math.ceil((rates.length - 1) / 2)]) / 2;
    expect(middle).toBeCloseTo(0.275, 6);
    expect([...rates].sort((a, b) => b - a)).toEqual(rates);
  });

  test('falls by the same factor at every step', async () => {
    const rates = await ratesWith(make({ schedule: 'exponential' }));
    const factors = rates.slice(1).map((rate, i) => rate / rates[i]);
    for (const factor of factors) expect(factor).toBeCloseTo(0.01 ** (1 / (rates.length - 1)), 12);
  });

  test('goes on from the first rate of a stopped training', async () => {
    const scheduler = learningRateScheduler.create(learningRateScheduler.defaults, undefined);
    scheduler.loadStateDict?.(0.25);
    expect((await ratesWith(scheduler))[0]).toBe(0.25);
  });

  test('falls in steps, along a power, several times, or climbs first', async () => {
    const shares = async (options: Partial<typeof learningRateScheduler.defaults>) =>
      (await ratesWith(make({ finalShare: 0.01, ...options }))).map((rate) => Number((rate / 0.5).toFixed(4)));
    expect(await shares({ schedule: 'step', cycles: 3 })).toEqual([1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01]);
    const line = await shares({ schedule: 'polynomial', power: 1 });
    expect(line.map((share, i) => share - (1 - (0.99 * i) / 11)).every((error) => Math.abs(error) < 1e-4)).toBe(true);
    const restarts = await shares({ schedule: 'cosineRestarts', cycles: 2 });
    expect([restarts[0], restarts[11]]).toEqual([1, 0.01]);
    expect(restarts[6]).toBeGreaterThan(restarts[5]);
    const oneCycle = await shares({ schedule: 'oneCycle' });
    expect(oneCycle[0]).toBe(0.04);
    expect(Math.max(...oneCycle)).toBe(oneCycle[3]);
    expect(oneCycle[11]).toBe(0.01);
    expect(await shares({ schedule: 'constant', warmupSteps: 4 })).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1, 1, 1]);
    const warm = await shares({ warmupSteps: 4 });
    expect([warm[0], warm[4], warm[11]]).toEqual([0.2, 1, 0.01]);
  });
});
