import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { gradientAccumulationScheduler } from '../../../src/callbacks/gradient-accumulation-scheduler.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { Problems } from '../../../src/config/problems.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../training/tiny-training.ts';

beforeAll(useBackend);

async function train(batchSize: number, callbacks: Callback[]) {
  const model = tinyModel();
  const before = memory().numTensors;
  const optimizer = { name: 'adam', learningRate: 0.05 };
  const options = { epochs: 3, loss: 'sparseCategoricalCrossentropy', optimizer, callbacks, restoreBestWeights: false };
  await new Trainer(model, options).fit(pointLoader(64, { batchSize }));
  expect(memory().numTensors).toBe(before);
  const weights = Array.from((await readWeights(model)).values(), ({ values }) => Array.from(values)).flat();
  model.dispose();
  return weights;
}

const accumulate = (scheduling: Record<string, number>) => gradientAccumulationScheduler.create({ scheduling }, undefined);

describe('gradientAccumulationScheduler', () => {
  it('steps as with batches that many times as large', async () => {
    const large = await train(32, []);
    const small = await train(8, [accumulate({ 0: 4 })]);
    small.forEach((value, i) => {
      expect(value).toBeCloseTo(large[i], 4);
    });
  });

  it('changes from epoch to epoch, and steps at the end of an epoch with what there is', async () => {
    const steps: number[] = [];
    const count: Callback = {
      name: 'count',
      onGradients(context, gradients) {
        if (Object.keys(gradients).length > 0) steps.push(context.step);
        return gradients;
      },
    };
    await train(16, [accumulate({ 0: 3, 1: 1, 2: 2 }), count]);
    expect(steps).toEqual([2, 3, 4, 5, 6, 7, 9, 11]);
  });

  it.each([4, { 0: 0 }, { first: 2 }])('refuses %j with what it takes', (scheduling) => {
    const problems = new Problems();
    problems.addWrongValue('scheduling', gradientAccumulationScheduler.schema!.scheduling!, scheduling);
    expect(() => problems.throwIfAny(() => [])).toThrow(
      `scheduling must be an object of numbers, not ${JSON.stringify(scheduling)}. Its keys are epochs from 0, its values whole numbers of batches: {"0": 8, "4": 1}.`,
    );
  });
});
