import { readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { batchSizeFinder } from '../../../src/callbacks/batch-size-finder.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { learningRateFinder } from '../../../src/callbacks/learning-rate-finder.ts';
import { modelSummary } from '../../../src/callbacks/model-summary.ts';
import { temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

async function reasonOf(callback: Callback, options = {}) {
  const before = memory().numTensors;
  const seen: { reason?: string; step?: number } = {};
  const look: Callback = {
    name: 'look',
    onTrainEnd({ stopReason, step }) {
      Object.assign(seen, { reason: stopReason, step });
    },
  };
  await trainTiny([callback, look], options);
  expect(memory().numTensors).toBe(before);
  return seen;
}

describe('learningRateFinder', () => {
  it('names a rate between those at which nothing happens and those at which the loss grows', async () => {
    const { run } = temporaryRun();
    const finder = learningRateFinder.create({ minLearningRate: 1e-6, maxLearningRate: 100, steps: 60 }, run);
    const { reason, step } = await reasonOf(finder, { epochs: 30, optimizer: { name: 'sgd', learningRate: 1 } });
    const rate = Number(/^the learning rates are tried: try training\.optimizer\.learningRate=([\d.e-]+)$/.exec(reason ?? '')?.[1]);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(30);
    const rows = readFileSync(run.path('learning-rates.csv'), 'utf8').trimEnd().split('\n').slice(1).map((row) => row.split(',').map(Number)); // biome-ignore format: one line
    expect(rows).toHaveLength(step ?? 0);
    expect(rows[0][0]).toBe(1e-6);
    expect(rows[1][0] / rows[0][0]).toBeCloseTo(1e8 ** (1 / 59), 6);
  });

  it('refuses rates in the wrong order', async () => {
    const finder = learningRateFinder.create({ minLearningRate: 1, maxLearningRate: 0.1, steps: 10 }, undefined);
    await expect(reasonOf(finder)).rejects.toThrow('minLearningRate must be below maxLearningRate');
  });
});

describe('batchSizeFinder', () => {
  it('times every size, names one of them and trains nothing', async () => {
    const { run, printed } = temporaryRun();
    const { reason, step } = await reasonOf(batchSizeFinder.create({ maxBatchSize: 64 }, run));
    expect(reason).toMatch(/^the batch sizes are tried: try data\.batchSize=(8|16|32|64)$/);
    expect(step).toBe(1);
    expect(printed.join('').match(/^ +(8|16|32|64) +[\d,]+( {3}enough)?$/gm)).toHaveLength(4);
  });
});

describe('modelSummary', () => {
  it('shows the layers before the training', async () => {
    const { run, printed } = temporaryRun();
    await trainTiny([modelSummary.create({}, run)], { epochs: 1 });
    expect(printed[0]).toMatch(/^ {2}layer +kind +output +weights +multiply-adds\n {2}dense1 +Dense +8 +24 +16\n/);
  });
});
