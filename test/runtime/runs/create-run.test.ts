import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRun } from '../../../src/runs/create-run.ts';
import { readRunRecord } from '../../../src/runs/run-record.ts';
import { testConfig } from './test-config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('createRun', () => {
  it('makes the folder runs/<model>/<time>-<letters>/ with the config as resolved', () => {
    const { run } = createRun({ root, config: testConfig });
    expect(run.id).toMatch(/^\d{4}-\d\d-\d\d-\d{4}-[a-z2-9]{4}$/);
    expect(run.folder).toBe(join(root, 'runs', 'lenet5', run.id));
    expect(run.shown(run.path('checkpoints', 'best'))).toBe(`runs/lenet5/${run.id}/checkpoints/best`);
    expect(JSON.parse(readFileSync(run.path('config.json'), 'utf8'))).toEqual(testConfig);
  });

  it('writes down what the run was made with', () => {
    writeFileSync(join(root, 'package-lock.json'), '{}');
    const { run } = createRun({ root, config: testConfig, script: 'train', backend: { name: 'wasm', threads: 1 } });
    const record = readRunRecord(run.folder);
    expect(record).toMatchObject({
      id: run.id,
      kind: 'train',
      status: 'running',
      script: 'train',
      seed: 7,
      switches: { fastDevRun: false, overfitBatches: 0 },
      backend: { name: 'wasm', threads: 1 },
      processId: process.pid,
      config: testConfig,
      environment: {
        node: process.version,
        os: `${process.platform} ${process.arch}`,
        host: hostname(),
        tfjs: '4.22.0',
        lockFile: { name: 'package-lock.json', sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' },
      },
    });
    expect(record?.environment.dlProject).toMatch(/^\d+\.\d+\.\d+/);
    expect(record?.environment.commit).toBeUndefined();
  });

  it('names the commit, and whether there were changes besides', () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' });
    git('init', '-q');
    writeFileSync(join(root, '.gitignore'), 'runs/\n');
    git('add', '.');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', 'HEAD').trim();
    expect(readRunRecord(createRun({ root, config: testConfig }).run.folder)?.environment).toMatchObject({ commit, dirty: false });
    writeFileSync(join(root, 'new.txt'), '');
    expect(readRunRecord(createRun({ root, config: testConfig }).run.folder)?.environment).toMatchObject({ commit, dirty: true });
  });

  it('gives every one of many runs at the same moment a folder of its own', () => {
    const ids = Array.from({ length: 50 }, () => createRun({ root, config: testConfig, kind: 'trial', group: 'tuning/study' }).run.id);
    expect(new Set(ids).size).toBe(50);
    expect(readdirSync(join(root, 'runs/tuning/study')).sort()).toEqual(ids.sort());
  });

  it('writes how it ended, once', () => {
    const { run, end } = createRun({ root, config: testConfig });
    run.record({ bestEpoch: 2 });
    end('finished', { result: { val_loss: 0.5 } });
    end('failed', { error: 'too late' });
    const record = readRunRecord(run.folder);
    expect(record).toMatchObject({ status: 'finished', bestEpoch: 2, result: { val_loss: 0.5 } });
    expect(record?.error).toBeUndefined();
    expect(Date.parse(record?.end ?? '')).toBeGreaterThanOrEqual(Date.parse(record?.start ?? ''));
  });

  it('makes only a finished training the default, by a link to its folder', () => {
    const latest = join(root, 'runs', 'latest');
    for (const kind of ['fast-dev', 'overfit', 'trial'] as const) createRun({ root, config: testConfig, kind }).end('finished');
    createRun({ root, config: testConfig }).end('failed');
    createRun({ root, config: testConfig }).end('stopped');
    expect(existsSync(latest)).toBe(false);
    const { run, end } = createRun({ root, config: testConfig });
    end('finished');
    expect(realpathSync(latest)).toBe(realpathSync(run.folder));
    createRun({ root, config: testConfig }).end('finished');
    expect(realpathSync(latest)).not.toBe(realpathSync(run.folder));
  });

  it('prints only where it was told to', () => {
    const printed: string[] = [];
    createRun({ root, config: testConfig, print: (text) => printed.push(text) }).run.print('hello');
    createRun({ root, config: testConfig }).run.print('nobody hears this');
    expect(printed).toEqual(['hello']);
  });
});
