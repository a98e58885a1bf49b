import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRun } from '../../../src/runs/create-run.ts';
import { findDefaultRun, findRun, listRuns } from '../../../src/runs/find-run.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from '../../../src/runs/run-record.ts';
import { testConfig } from './test-config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A training that ended, begun `minute` minutes after noon. */
function finished(minute: number, changes: Partial<RunRecord> = {}): string {
  const { run, end } = createRun({ root, config: testConfig });
  end('finished');
  change(run.folder, { start: new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString(), ...changes });
  return run.id;
}

function change(folder: string, changes: Partial<RunRecord>): void {
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
  writeRunRecord(folder, Object.assign(record, changes));
}

describe('findDefaultRun', () => {
  it('says what to type when nothing was trained yet', () => {
    expect(() => findDefaultRun(root)).toThrow('There is no finished training yet. Type: npm run train');
    createRun({ root, config: testConfig, kind: 'fast-dev' }).end('finished');
    expect(() => findDefaultRun(root)).toThrow('There is no finished training yet.');
  });

  it('is the training that finished last', () => {
    finished(1);
    const last = finished(0); // began earlier, but finished later
    expect(findDefaultRun(root).record.id).toBe(last);
  });

  it.each(['', 'runs/lenet5/gone', '../..', '\u0000'])('is the newest on disk where runs/latest says %j', (text) => {
    const newest = finished(2);
    finished(1);
    rmSync(join(root, 'runs/latest'));
    writeFileSync(join(root, 'runs/latest'), text); // as on a disk without links
    expect(findDefaultRun(root).record.id).toBe(newest);
  });

  it('is never a run that is no finished training, even if runs/latest names it', () => {
    const good = finished(1);
    const bad = finished(2, { kind: 'trial' });
    expect(readlinkSync(join(root, 'runs/latest'))).toContain(bad);
    expect(findDefaultRun(root).record.id).toBe(good);
  });
});

describe('a run whose process was killed', () => {
  it('is seen as such', () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const { run } = createRun({ root, config: testConfig });
    expect(readRunRecord(run.folder)?.status).toBe('running');
    change(run.folder, { processId: gone });
    expect(readRunRecord(run.folder)?.status).toBe('killed');
    expect(() => findDefaultRun(root)).toThrow('There is no finished training yet.');
  });

  it('is not judged from another machine', () => {
    const { run } = createRun({ root, config: testConfig });
    const record = readRunRecord(run.folder) as RunRecord;
    change(run.folder, { processId: 2 ** 22 + 1, environment: { ...record.environment, host: 'elsewhere' } });
    expect(readRunRecord(run.folder)?.status).toBe('running');
  });
});

describe('findRun', () => {
  it.each(['{', '', '[]', 'null', '{"id": 3}'])('names a run whose run.json holds %j instead of hiding it', (text) => {
    finished(1);
    const { run } = createRun({ root, config: testConfig });
    run.record({ note: 'it was whole' });
    writeFileSync(run.path('run.json'), text);
    const damage = text === '' ? 'empty' : 'damaged';
    const message = `runs/lenet5/${run.id}/run.json is ${damage}, so that run cannot be used. Choose another: from-run=<id>`;
    for (const name of [run.id, run.id.slice(-4), `runs/lenet5/${run.id}`, run.folder])
      expect(() => findRun(root, name, 'from-run')).toThrow(message);
    expect(listRuns(root)).toHaveLength(1);
  });

  it('finds by id, by a part that fits only one, and by path', () => {
    const id = finished(1);
    finished(2);
    const folder = join(root, 'runs/lenet5', id);
    for (const text of [id, id.slice(-4), `lenet5/${id}`, `runs/lenet5/${id}`, `runs/lenet5/${id}/config.json`, folder]) {
      expect(findRun(root, text).folder, text).toBe(folder);
    }
  });

  it('finds runs of every kind when they are asked for', () => {
    const { run } = createRun({ root, config: testConfig, kind: 'trial', group: 'tuning/learning-rate' });
    expect(findRun(root, run.id).record.kind).toBe('trial');
  });

  it('asks for more where several fit', () => {
    const ids = [finished(1), finished(2)];
    expect(() => findRun(root, 'lenet5')).toThrow(`run=lenet5 fits 2 runs. Say more of: ${ids[1]}, ${ids[0]}`);
  });

  it('names the nearest and the newest where none fits', () => {
    expect(() => findRun(root, 'x')).toThrow('There is no run "x". There is none yet.');
    const id = finished(1);
    const wrong = `${id.slice(0, -1)}_`;
    expect(() => findRun(root, wrong)).toThrow(`There is no run "${wrong}". Did you mean ${id}? The newest: ${id}`);
  });
});

describe('listRuns', () => {
  it('lists the newest first and passes over what is no run', () => {
    expect(listRuns(root)).toEqual([]);
    const first = finished(1);
    const second = finished(2);
    mkdirSync(join(root, 'runs/lenet5/empty'));
    mkdirSync(join(root, 'runs/lenet5/broken'));
    writeFileSync(join(root, 'runs/lenet5/broken/run.json'), '{ "id": ');
    expect(listRuns(root).map(({ record }) => record.id)).toEqual([second, first]);
  });
});

it('the only training with an empty run.json is not called "no training yet"', () => {
  const { run } = createRun({ root, config: testConfig });
  writeFileSync(run.path('run.json'), '');
  expect(() => findDefaultRun(root)).toThrow(
    `There is no finished training that can be used: runs/lenet5/${run.id}/run.json is empty. Train again: npm run train`,
  );
});
