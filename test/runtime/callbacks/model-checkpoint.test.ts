import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { modelCheckpoint } from '../../../src/callbacks/model-checkpoint.ts';
import { readCheckpoint } from '../../../src/checkpoint/index.ts';
import { readRunRecord } from '../../../src/runs/run-record.ts';
import { scriptedLosses, temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

describe('modelCheckpoint', () => {
  it('keeps the best and the last epoch with their logs, and notes the best in the run', async () => {
    const { run } = temporaryRun();
    const { epochs, options } = scriptedLosses([3, 1, 2]);
    const { logs, trainer } = await trainTiny([modelCheckpoint.create(modelCheckpoint.defaults, run)], { ...options, epochs });
    const best = await readCheckpoint(run.path('checkpoints', 'best.safetensors'));
    const last = await readCheckpoint(run.path('checkpoints', 'last.safetensors'));
    expect([best.epoch, last.epoch]).toEqual([1, 2]);
    expect(best.logs).toEqual(logs);
    expect(last.logs).toEqual(trainer.history[2]);
    expect(last.optimizerState?.step).toBe(12);
    expect(best.optimizerState).toBeUndefined();
    expect(readRunRecord(run.folder)?.bestEpoch).toBe(1);
    expect(readdirSync(run.path('checkpoints')).sort()).toEqual(['best.safetensors', 'last.safetensors']);
  });

  it('saves only what is asked for', async () => {
    const { run } = temporaryRun();
    await trainTiny([modelCheckpoint.create({ saveBest: true, saveLast: false }, run)], { epochs: 1 });
    expect(existsSync(run.path('checkpoints', 'best.safetensors'))).toBe(true);
    expect(existsSync(run.path('checkpoints', 'last.safetensors'))).toBe(false);
  });
});
