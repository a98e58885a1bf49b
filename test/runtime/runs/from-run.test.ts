import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRun } from '../../../src/runs/create-run.ts';
import { startFromRun } from '../../../src/runs/from-run.ts';
import type { Run } from '../../../src/runs/run.ts';
import { type RunRecord, writeRunRecord } from '../../../src/runs/run-record.ts';
import { testConfig } from './test-config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function train(): Run<typeof testConfig> {
  const { run, end } = createRun({ root, config: testConfig });
  end('finished');
  return run;
}

function git(...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' }).trim();
}

function commit(text: string): string {
  writeFileSync(join(root, 'train.ts'), text);
  git('add', '.');
  git('commit', '-qm', text);
  return git('rev-parse', 'HEAD').slice(0, 8);
}

describe('startFromRun', () => {
  it('gives the settings of the run and says which it is', () => {
    const { id } = train();
    const { config, source, notes } = startFromRun(root, id.slice(-4));
    expect(config).toEqual(testConfig);
    expect(source).toBe(`runs/lenet5/${id}/config.json`);
    expect(notes).toEqual([`from-run=${id.slice(-4)}: the settings of runs/lenet5/${id}`]);
  });

  it('says when the code is of another commit, or has changes besides', () => {
    git('init', '-q');
    writeFileSync(join(root, '.gitignore'), 'runs/\n');
    const first = commit('first');
    const { id } = train();
    expect(startFromRun(root, id).notes).toHaveLength(1);
    const second = commit('second');
    expect(startFromRun(root, id).notes[1]).toBe(
      `Not as it was then: the code is of commit ${second}, it was of commit ${first}. The same settings may give another result.`,
    );
    writeFileSync(join(root, 'train.ts'), 'third');
    expect(startFromRun(root, id).notes[1]).toContain('; the code has changes that are in no commit (now).');
    expect(startFromRun(root, train().id).notes[1]).toContain('the code has changes that are in no commit (then and now).');
  });

  it('says when the packages or dl-project are others', () => {
    const { id, folder } = train();
    writeFileSync(join(root, 'package-lock.json'), '{}');
    expect(startFromRun(root, id).notes[1]).toContain('package-lock.json is new.');
    const locked = train();
    writeFileSync(join(root, 'package-lock.json'), '{ }');
    expect(startFromRun(root, locked.id).notes[1]).toContain('package-lock.json is another one.');
    rmSync(join(root, 'package-lock.json'));
    expect(startFromRun(root, locked.id).notes[1]).toContain('package-lock.json is gone.');
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
    writeRunRecord(folder, { ...record, environment: { ...record.environment, dlProject: '0.0.1' } });
    expect(startFromRun(root, id).notes[1]).toMatch(/dl-project is \S+, it was 0\.0\.1\./);
    writeRunRecord(folder, { ...record, environment: undefined as never });
    expect(startFromRun(root, id).notes[1]).toContain('what it was made with is not recorded.');
  });

  it('names the nearest run, and the damaged file', () => {
    const run = train();
    const wrong = `${run.id.slice(0, -1)}?`;
    expect(() => startFromRun(root, wrong)).toThrow(`There is no run "${wrong}". Did you mean ${run.id}?`);
    writeFileSync(run.path('config.json'), '{');
    expect(() => startFromRun(root, run.id)).toThrow(
      `runs/lenet5/${run.id}/config.json cannot be read, so that run cannot be used. Choose another: from-run=<id>`,
    );
    writeFileSync(run.path('run.json'), '{');
    expect(() => startFromRun(root, run.id)).toThrow(`runs/lenet5/${run.id}/run.json is damaged, so that run cannot be used.`);
  });
});
