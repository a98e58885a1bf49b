import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { profiler } from '../../../src/callbacks/profiler.ts';
import { temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

it('profiler shows every phase and every layer, and changes nothing', async () => {
  const { run, printed } = temporaryRun();
  const plain = await trainTiny([]);
  const before = memory().numTensors;
  const { trainer } = await trainTiny([profiler.create({}, run)]);
  expect(memory().numTensors).toBe(before);
  expect(trainer.history).toEqual(plain.trainer.history);
  const text = printed.join('\n');
  for (const phase of ['waiting for data', 'forward and backward', 'optimizer step, loss and metrics', 'validation', 'in all']) {
    expect(text).toMatch(new RegExp(`^ {2}${phase} +\\d+\\.\\d\\d s +\\d+\\.\\d % +\\d+\\.\\d\\d ms$`, 'm'));
  }
  for (const layer of ['dense1', 'dense2', 'softmax'])
    expect(text).toMatch(new RegExp(`^ {2}${layer} +\\d+\\.\\d\\d ms +\\d+\\.\\d %$`, 'm'));
});
