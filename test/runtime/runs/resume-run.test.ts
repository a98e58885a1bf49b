import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtinCallbacks } from '../../../src/callbacks/builtin-callbacks.ts';
import { createRun, reopenRun } from '../../../src/runs/create-run.ts';
import { clearBeforeResuming, findInterruptedRun, resolveInterruptedConfig } from '../../../src/runs/resume-run.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from '../../../src/runs/run-record.ts';
import { testConfig } from './test-config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const config = { ...testConfig, callbacks: { learningRateScheduler: { schedule: 'cosine' } } } as typeof testConfig;

/** A training that is over, with these facts and checkpoints. */
function trained(status: RunRecord['status'], facts: Partial<RunRecord> = {}, checkpoints: readonly string[] = []) {
  const { run } = createRun({ root, config, script: 'train', backend: { name: 'wasm', threads: 1 } });
  writeRunRecord(run.folder, { ...(readRunRecord(run.folder) as RunRecord), status, ...facts });
  mkdirSync(run.path('checkpoints'));
  for (const name of checkpoints) writeFileSync(run.path('checkpoints', name), '');
  return run;
}

const parts = {
  datasets: [{ name: 'digits', defaults: {} }],
  models: [{ name: 'lenet5', defaults: { units: 500 } }],
  losses: [{ name: 'mse', defaults: {} }],
  metrics: [{ name: 'accuracy', defaults: {} }],
  optimizers: [{ name: 'adam', defaults: {} }],
  callbacks: builtinCallbacks,
};
const resolved = (overrides: [string, unknown][]) => {
  return resolveInterruptedConfig(parts, root, findInterruptedRun(root, 'train', ''), overrides, {});
};

describe('findInterruptedRun', () => {
  it('takes the newest training of the script that was interrupted', () => {
    const killed = trained('killed', { start: '2026-01-01' }, ['last.safetensors', 'previous.safetensors']);
    trained('failed', { start: '2025-01-01' });
    trained('finished', { start: '2026-02-01' });
    trained('failed', { start: '2026-02-02', script: 'pretrain' });
    trained('stopped', { start: '2026-02-03', kind: 'fast-dev' });
    expect(findInterruptedRun(root, 'train', '')).toMatchObject({
      folder: killed.folder,
      checkpoint: killed.path('checkpoints', 'last.safetensors'),
    });
  });

  it('takes the checkpoint before where a kill came between two names, and none where nothing was saved', () => {
    const between = trained('killed', {}, ['previous.safetensors', 'next.safetensors']);
    expect(findInterruptedRun(root, 'train', between.id).checkpoint).toBe(between.path('checkpoints', 'previous.safetensors'));
    expect(findInterruptedRun(root, 'train', trained('killed').id).checkpoint).toBeUndefined();
  });

  it('takes the checkpoint that is named', () => {
    const run = trained('killed', {}, ['last.safetensors', 'previous.safetensors']);
    const named = run.shown(run.path('checkpoints', 'previous.safetensors'));
    const interrupted = findInterruptedRun(root, 'train', named);
    expect(interrupted).toMatchObject({ folder: run.folder, checkpoint: run.path('checkpoints', 'previous.safetensors') });
    writeFileSync(run.path('checkpoints', 'next.safetensors.7.tmp'), '');
    clearBeforeResuming(interrupted);
    expect(readdirSync(run.path('checkpoints')).sort()).toEqual(['previous.safetensors', 'replaced.safetensors']);
  });

  it('says what there is where nothing was interrupted, and refuses what cannot go on', () => {
    expect(() => findInterruptedRun(root, 'train', '')).toThrow('No training was interrupted. Type: npm run train');
    const { id } = trained('finished');
    expect(() => findInterruptedRun(root, 'train', '')).toThrow(
      `No training was interrupted. For more epochs than 3, type: npm run train resume=${id} training.epochs=6`,
    );
    const fast = trained('killed', { kind: 'fast-dev' });
    expect(() => findInterruptedRun(root, 'train', fast.id)).toThrow(`${fast.id} is a fast-dev run: only trainings of train go on.`);
    const running = trained('running', {}, ['last.safetensors']);
    expect(() => findInterruptedRun(root, 'train', running.id)).toThrow(
      `${running.id} is still running, as process ${process.pid}. Wait for it, or end it first. ` +
        `If that is another program by now: npm run train resume=runs/lenet5/${running.id}/checkpoints/last.safetensors`,
    );
    const { environment } = readRunRecord(running.folder) as RunRecord;
    const elsewhere = trained('running', { environment: { ...environment, host: `not-${hostname()}` } });
    expect(findInterruptedRun(root, 'train', elsewhere.id).folder).toBe(elsewhere.folder);
  });
});

describe('resolveInterruptedConfig', () => {
  it('allows more epochs, and says what that does to a schedule', () => {
    trained('killed');
    const { config: longer, notes } = resolved([['training.epochs', '9']]);
    expect(longer.training.epochs).toBe(9);
    expect(notes).toEqual(['training.epochs=9: the learning rate falls to its end by epoch 9 from now on, no more by epoch 3']);
  });

  it('allows callbacks that only watch, and refuses everything else', () => {
    trained('killed');
    expect(resolved([['callbacks.csvLogger', 'true']]).config.callbacks).toHaveProperty('csvLogger');
    for (const key of ['seed', 'data.batchSize', 'model.units', 'callbacks.learningRateScheduler.schedule']) {
      expect(() => resolved([[key, '1']])).toThrow(
        `${key} cannot be changed in a training that goes on: it would be another training. ` +
          `What can: training.epochs, callbacks that only watch. Begin anew: npm run train ${key}=1`,
      );
    }
    expect(() => resolved([['callbacks.csvLoger', 'true']])).toThrow('Did you mean callbacks.csvLogger');
  });

  it('says that a finished training is finished', () => {
    const run = trained('finished');
    const interrupted = findInterruptedRun(root, 'train', run.id);
    expect(() => resolveInterruptedConfig(parts, root, interrupted, [], {})).toThrow(
      `${run.id} is finished. For more epochs than 3, type:`,
    );
    expect(resolveInterruptedConfig(parts, root, interrupted, [['training.epochs', '4']], {}).config.training.epochs).toBe(4);
  });
});

describe('reopenRun', () => {
  it('goes on in the same folder, from the checkpoint, and notes when', () => {
    const first = trained('failed', { error: 'disk full', end: '2026-01-01', bestEpoch: 1 }, ['last.safetensors']);
    const interrupted = findInterruptedRun(root, 'train', '');
    const { run, end, notes } = reopenRun(interrupted, { root, config, backend: { name: 'wasm', threads: 1 } });
    expect(run).toMatchObject({ id: first.id, folder: first.folder, switches: { resumeFrom: interrupted.checkpoint } });
    expect(notes).toEqual([]);
    const record = readRunRecord(run.folder);
    expect(record).toMatchObject({ status: 'running', bestEpoch: 1, processId: process.pid, resumes: [{ notes: [] }] });
    expect(record).not.toHaveProperty('error');
    expect(record?.switches).not.toHaveProperty('resumeFrom');
    end('finished');
    expect(existsSync(join(root, 'runs/latest'))).toBe(true);
  });

  it('names in one line what is not as it was in any part of the training before', () => {
    trained('killed', {}, ['last.safetensors']);
    const reopen = (name: 'wasm' | 'tensorflow', threads: number) =>
      reopenRun(findInterruptedRun(root, 'train', listed()), { root, config, backend: { name, threads } });
    const listed = () => join('runs/lenet5', readdirSync(join(root, 'runs/lenet5'))[0], 'checkpoints/last.safetensors');
    const note = 'It goes on, but may end with other bits than an unbroken training.';
    expect(reopen('tensorflow', 2).notes).toEqual([
      `Not as it was begun: backend is tensorflow, it was wasm; threads is 2, it was 1. ${note}`,
    ]);
    expect(reopen('wasm', 1).notes).toEqual([`Not as it was begun: backend is wasm, it was tensorflow; threads is 1, it was 2. ${note}`]);
  });
});
