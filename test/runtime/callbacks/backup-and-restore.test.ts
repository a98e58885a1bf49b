import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { backupAndRestore } from '../../../src/callbacks/backup-and-restore.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { readSavedTraining } from '../../../src/checkpoint/read-saved-training.ts';
import { temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

describe('backupAndRestore', () => {
  it('keeps the last two places where the training stood, with all it needs to go on', async () => {
    const { run } = temporaryRun();
    const { trainer } = await trainTiny([backupAndRestore.create(backupAndRestore.defaults, run)]);
    expect(readdirSync(run.path('checkpoints')).sort()).toEqual(['last.safetensors', 'previous.safetensors']);
    const last = await readSavedTraining(run.path('checkpoints', 'last.safetensors'));
    expect(last).toMatchObject({ epoch: 3, logs: trainer.history[3], optimizerState: { step: 16 } });
    expect(last.training).toMatchObject({ epoch: 4, stepInEpoch: 0, step: 16, history: trainer.history, stopReason: null });
    expect(last.training.best?.size).toBe(4);
    const previous = await readSavedTraining(run.path('checkpoints', 'previous.safetensors'));
    expect(previous.training).toMatchObject({ epoch: 3, step: 12 });
  });

  it('saves every so many steps too', async () => {
    const { run } = temporaryRun();
    const stop: Callback = { name: 'stop', onTrainBatchEnd: (context, step) => (step === 6 ? context.stopTraining('enough') : undefined) };
    await trainTiny([stop, backupAndRestore.create({ ...backupAndRestore.defaults, saveFreq: 3 }, run)]);
    const { training } = await readSavedTraining(run.path('checkpoints', 'last.safetensors'));
    expect(training).toMatchObject({ epoch: 1, stepInEpoch: 2, step: 6, running: { samples: 32 } });
  });

  it('leaves the last checkpoint whole where the next one cannot be written', async () => {
    const { run } = temporaryRun();
    const block: Callback = {
      name: 'block',
      onEpochEnd: (_context, epoch) => void (epoch === 2 && mkdirSync(run.path('checkpoints', 'next.safetensors'))),
    };
    await expect(trainTiny([block, backupAndRestore.create(backupAndRestore.defaults, run)])).rejects.toThrow(/EISDIR|EPERM/);
    expect((await readSavedTraining(run.path('checkpoints', 'last.safetensors'))).training.epoch).toBe(2);
    expect(readdirSync(run.path('checkpoints')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    { everySeconds: 1e-9, step: 3 },
    { everySeconds: 3600, step: undefined },
  ])('saves after everySeconds $everySeconds', async ({ everySeconds, step }) => {
    const { run } = temporaryRun();
    const stop: Callback = { name: 'stop', onTrainBatchEnd: (context, at) => (at === 2 ? context.stopTraining('enough') : undefined) };
    await trainTiny([stop, backupAndRestore.create({ ...backupAndRestore.defaults, everySeconds }, run)]);
    const path = run.path('checkpoints', 'last.safetensors');
    expect(existsSync(path) ? (await readSavedTraining(path)).training.step : undefined).toBe(step);
  });
});
