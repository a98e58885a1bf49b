import { mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { writeRunRecord } from '../../../src/runs/run-record.ts';
import { runChild } from '../backend/run-child.ts';

const features = {
  task: 'classification',
  inputShape: [2],
  outputs: 2,
  outputNames: ['left', 'right'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

/** A model of one layer. */
function modelBytes(layer: string, accuracy: number): Uint8Array {
  const topology = { class_name: 'Sequential', config: { layers: [{ class_name: layer, config: { name: 'only' } }] } };
  return writeModelFile({ topology, features, metrics: { val_accuracy: accuracy }, weights: new Map() });
}

let root: string;
const copyModel = (...args: string[]) =>
  runChild(new URL('../../../src/cli/main.ts', import.meta.url), { args: ['copy-model', ...args], cwd: root });

/** A finished training; its packed models were written in the order of the recipes. */
function addRun(id: string, recipes: Readonly<Record<string, Uint8Array>>): void {
  const folder = join(root, 'runs', 'net', id);
  mkdirSync(folder, { recursive: true });
  const record = { id, kind: 'train', status: 'finished', start: `2026-01-0${id.slice(-1)}T00:00:00Z`, processId: 1 };
  writeRunRecord(folder, record as Parameters<typeof writeRunRecord>[1]);
  Object.entries(recipes).forEach(([recipe, bytes], second) => {
    mkdirSync(join(folder, recipe));
    const file = join(folder, recipe, 'model.safetensors');
    writeFileSync(file, bytes);
    utimesSync(file, 1_000 + second, 1_000 + second);
  });
}

describe('dl-project copy-model', () => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'copy-model-'));
  });

  test('takes the newest recipe of the newest training, or the ones that are named', async () => {
    addRun('run-1', { int8: modelBytes('Softmax', 0.5) });
    addRun('run-2', { int8: modelBytes('Softmax', 0.6), small: modelBytes('Softmax', 0.7) });
    const copied = () => readFileSync(join(root, 'deploy/api/model.safetensors'));
    const { stdout, stderr } = await copyModel('deploy/api');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ {2}deploy\/api\/model\.safetensors, \d+ bytes {4}small of runs\/net\/run-2, val_accuracy 70\.0 %\n$/);
    expect(copied()).toEqual(Buffer.from(modelBytes('Softmax', 0.7)));
    await copyModel('deploy/api', 'recipe=int8');
    expect(copied()).toEqual(Buffer.from(modelBytes('Softmax', 0.6)));
    await copyModel('deploy/api', 'run=run-1');
    expect(copied()).toEqual(Buffer.from(modelBytes('Softmax', 0.5)));
  });

  test('refuses a model that the engine cannot run, before anything is copied', async () => {
    addRun('run-1', { odd: modelBytes('Bidirectional', 0.5) });
    const { exitCode, stderr } = await copyModel('deploy/api');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Bidirectional')]);
    expect(() => readFileSync(join(root, 'deploy/api/model.safetensors'))).toThrow('ENOENT');
  });

  test.each([
    [[], 2, 'copy-model takes one folder; got none.'],
    [['a', 'b'], 2, 'copy-model takes one folder; got a b.'],
    [['a', 'recipes=x'], 2, 'copy-model has no setting recipes=x.'],
    [['a'], 1, 'This training was not compressed yet. Type: npm run compress'],
    [['a', 'run=run-9'], 2, 'There is no run "run-9"'],
  ])('%j ends with %d and says: %s', async (words, code, message) => {
    addRun('run-1', {});
    const { exitCode, stderr } = await copyModel(...words);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});
