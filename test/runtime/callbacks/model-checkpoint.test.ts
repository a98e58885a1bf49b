import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { modelCheckpoint } from '../../../src/callbacks/model-checkpoint.ts';
import { readCheckpoint } from '../../../src/checkpoint/index.ts';
import { readRunRecord } from '../../../src/runs/run-record.ts';
import { scriptedLosses, temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

describe('modelCheckpoint', () => {
  it('keeps the best epoch with its logs, and notes it in the run', async () => {
    const { run } = temporaryRun();
    const { epochs, options } = scriptedLosses([3, 1, 2]);
    const { logs } = await trainTiny([modelCheckpoint.create(modelCheckpoint.defaults, run)], { ...options, epochs });
    const best = await readCheckpoint(run.path('checkpoints', 'best.safetensors'));
    expect(best.epoch).toBe(1);
    expect(best.logs).toEqual(logs);
    expect(best.optimizerState).toBeUndefined();
    expect(readRunRecord(run.folder)?.bestEpoch).toBe(1);
    expect(readdirSync(run.path('checkpoints'))).toEqual(['best.safetensors']);
  });

  it('keeps the k best epochs, the earlier of equals, and never one without a number', async () => {
    const { run } = temporaryRun();
    const { epochs, options } = scriptedLosses([3, Number.NaN, 1, 5, 2, 1]);
    await trainTiny([modelCheckpoint.create({ saveTopK: 3, saveOnException: false }, run)], { ...options, epochs });
    const files = readdirSync(run.path('checkpoints')).sort();
    expect(files).toEqual(['best.safetensors', 'epoch-3.safetensors', 'epoch-5.safetensors', 'epoch-6.safetensors']);
    expect((await readCheckpoint(run.path('checkpoints', 'best.safetensors'))).epoch).toBe(2);
    expect((await readCheckpoint(run.path('checkpoints', 'epoch-5.safetensors'))).epoch).toBe(4);
  });

  it('saves nothing where nothing is asked for', async () => {
    const { run } = temporaryRun();
    await trainTiny([modelCheckpoint.create({ saveTopK: 0, saveOnException: false }, run)], { epochs: 1 });
    expect(existsSync(run.path('checkpoints'))).toBe(false);
  });

  it('saves the model of a training that fails, on request', async () => {
    const { run } = temporaryRun();
    const failing = {
      name: 'failing',
      onTrainBatchEnd(_context: unknown, step: number) {
        if (step === 5) throw new Error('no more');
      },
    };
    const saving = modelCheckpoint.create({ saveTopK: 1, saveOnException: true }, run);
    await expect(trainTiny([failing, saving])).rejects.toThrow('no more');
    expect((await readCheckpoint(run.path('checkpoints', 'exception.safetensors'))).epoch).toBe(0);
  });
});
