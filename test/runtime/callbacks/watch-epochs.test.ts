import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { watchEpochs } from '../../../src/callbacks/watch-epochs.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../training/tiny-training.ts';

beforeAll(useBackend);

test('tells how long the validation of each epoch took, without the training before it', async () => {
  const seconds: number[] = [];
  const watch = watchEpochs(async (history, validationSeconds) => {
    seconds.push(validationSeconds);
    return history.length === 2 ? 'enough' : undefined;
  });
  const model = tinyModel();
  const slow = { name: 'slow', onEpochBegin: () => sleep(200), onTestBegin: () => sleep(40) };
  const trainer = new Trainer(model, {
    epochs: 5,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.1 },
    callbacks: [watch, slow],
  });
  const begin = performance.now();
  await trainer.fit(pointLoader(32), pointLoader(16));
  expect(seconds).toHaveLength(2);
  expect(Math.min(...seconds)).toBeGreaterThan(0.035);
  expect(seconds[0] + seconds[1]).toBeLessThan((performance.now() - begin) / 1000 - 0.39); // the pauses before each epoch
  model.dispose();
});
