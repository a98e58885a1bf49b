import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createStudy,
  gridSampler,
  journalFile,
  journalStorage,
  memoryJournal,
  randomSampler,
  type Trial,
} from '../../../src/tuning/index.ts';
import { workerId } from '../../../src/tuning/storage/worker-id.ts';

const grid = { rate: [0.1, 0.2], size: [1, 2, 3] };
const suggestAll = (trial: { suggestCategorical(name: string, choices: readonly number[]): number }) =>
  10 * trial.suggestCategorical('rate', grid.rate) + trial.suggestCategorical('size', grid.size);

describe('a grid study', () => {
  test('tries every combination once, the last parameter fastest, and finds the best', async () => {
    const study = await createStudy({ name: 'a', direction: 'maximize', sampler: gridSampler(grid) });
    await study.optimize(suggestAll);
    expect((await study.trials()).map(({ params }) => [params.rate, params.size])).toEqual([
      [0.1, 1],
      [0.1, 2],
      [0.1, 3],
      [0.2, 1],
      [0.2, 2],
      [0.2, 3],
    ]);
    expect(await study.bestTrial()).toMatchObject({ number: 5, value: 5, state: 'complete' });
    expect(await study.ask()).toBeUndefined();
  });

  test('the first of equal trials is the best', async () => {
    const study = await createStudy({ name: 'a', sampler: gridSampler(grid) });
    await study.optimize(() => 7);
    expect((await study.bestTrial())?.number).toBe(0);
  });

  test('keeps a trial that throws or gives NaN as failed, with its cause, and goes on', async () => {
    const study = await createStudy({ name: 'a', sampler: gridSampler({ size: [1, 2, 3] }) });
    await study.optimize((trial) => {
      const size = trial.suggestCategorical('size', [1, 2, 3]);
      if (size === 1) throw new Error('out of memory');
      return size === 2 ? Number.NaN : 4;
    });
    expect((await study.trials()).map(({ state, value, userAttributes }) => [state, value, userAttributes.cause])).toEqual([
      ['fail', null, 'out of memory'],
      ['fail', null, 'the value is NaN'],
      ['complete', 4, undefined],
    ]);
  });

  test('refuses a parameter that is not in the grid', async () => {
    const study = await createStudy({ name: 'a', sampler: gridSampler(grid) });
    const trial = await study.ask();
    expect(() => trial?.suggestFloat('momentum', 0, 1)).toThrow('The grid has no parameter momentum. It has: rate, size.');
  });
});

describe('a study in a journal file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'study-'));
    path = join(folder, 'journal.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = () => createStudy({ name: 'a', storage: journalStorage(journalFile(path)), sampler: gridSampler(grid), loadIfExists: true });

  test('goes on where it was: what has a result is not tried again, what failed is', async () => {
    let calls = 0;
    await (await open()).optimize(
      (trial) => {
        const value = suggestAll(trial);
        if (++calls === 2) throw new Error('once');
        return value;
      },
      { trials: 4 },
    );
    const study = await open();
    await study.optimize(suggestAll);
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'fail', 'complete', 'complete', 'complete', 'complete', 'complete']);
    expect(trials[4].params).toEqual({ rate: 0.1, size: 2 });
  });

  test('tries again what a killed process left running, and leaves alone what a living one runs', async () => {
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    const first = await open();
    for (let i = 0; i < 2; i++) {
      const trial = await first.ask();
      suggestAll(trial!);
      await trial!.flush();
    }
    // The first of the two becomes one of a process that is gone.
    const lines = readFileSync(path, 'utf8').split('\n');
    const firstTrial = lines.findIndex((line) => line.startsWith('{"op_code":4'));
    lines[firstTrial] = lines[firstTrial].replace(/"worker_id":"[^"]+"/, `"worker_id":"x-${dead}@${workerId.split('@')[1]}"`);
    writeFileSync(path, lines.join('\n'));

    const study = await open();
    expect((await study.trials()).map(({ state }) => state)).toEqual(['fail', 'running']);
    expect((await study.trials())[0].userAttributes.cause).toBe('killed');
    await study.optimize(suggestAll);
    const tried = (await study.trials()).slice(2).map(({ params }) => [params.rate, params.size]);
    expect(tried).toEqual([
      [0.1, 1],
      [0.1, 3],
      [0.2, 1],
      [0.2, 2],
      [0.2, 3],
    ]);
  });

  test('is refused when it is not asked for, or has another direction', async () => {
    await open();
    const storage = journalStorage(journalFile(path));
    await expect(createStudy({ name: 'a', storage })).rejects.toThrow('There is a study a already.');
    await expect(createStudy({ name: 'a', storage, direction: 'maximize', loadIfExists: true })).rejects.toThrow(
      'The study a is to minimize, not to maximize.',
    );
  });

  test('keeps reports, attributes and times', async () => {
    const study = await open();
    await study.setUserAttribute('of', { us: [1] });
    await study.optimize(
      (trial) => {
        suggestAll(trial);
        trial.report(0.5, 0);
        trial.report(Number.POSITIVE_INFINITY, 1);
        trial.setUserAttribute('run', 'runs/x');
        return 1;
      },
      { trials: 1 },
    );
    const again = await open();
    expect(await again.userAttributes()).toEqual({ of: { us: [1] } });
    const [trial] = await again.trials();
    expect(trial).toMatchObject({ intermediateValues: { 0: 0.5, 1: Number.POSITIVE_INFINITY }, userAttributes: { run: 'runs/x' } });
    expect(trial.complete!.getTime()).toBeGreaterThanOrEqual(trial.start!.getTime());
  });
});

describe('the random sampler', () => {
  async function draw(seed: number) {
    const study = await createStudy({ name: 'a', storage: journalStorage(memoryJournal()), sampler: randomSampler({ seed }) });
    await study.optimize(
      (trial) => {
        trial.suggestFloat('float', -2, 3);
        trial.suggestFloat('stepped', 0, 0.3, { step: 0.1 });
        trial.suggestFloat('log', 1e-4, 1, { log: true });
        trial.suggestInt('int', 1, 3);
        trial.suggestInt('logInt', 1, 100, { log: true });
        trial.suggestCategorical('choice', ['a', 'b']);
        return 0;
      },
      { trials: 300 },
    );
    return (await study.trials()).map(({ params }) => params as Record<string, never>);
  }

  test('stays in the ranges, reaches all of them, and repeats itself for a seed', async () => {
    const trials = await draw(0);
    const values = (name: string) => trials.map((params) => Number(params[name]));
    expect(Math.min(...values('float'))).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values('float'))).toBeLessThan(3);
    expect(new Set(values('stepped').map((value) => value.toFixed(3)))).toEqual(new Set(['0.000', '0.100', '0.200', '0.300']));
    expect(new Set(values('int'))).toEqual(new Set([1, 2, 3]));
    expect(Math.min(...values('logInt'))).toBe(1);
    expect(Math.max(...values('logInt'))).toBeLessThanOrEqual(100);
    const small = values('log').filter((value) => value < 1e-2).length / trials.length;
    expect(Math.abs(small - 0.5)).toBeLessThan(0.1);
    expect(await draw(0)).toEqual(trials);
    expect(await draw(1)).not.toEqual(trials);
  });

  test('a range with steps ends where its last one does, as Optuna cuts it', async () => {
    const study = await createStudy({ name: 'a' });
    const ranges = (trial: Trial) =>
      trial.suggestFloat('even', 0, 0.3, { step: 0.1 }) + trial.suggestFloat('cut', 0.1, 0.75, { step: 0.1 });
    await study.optimize(ranges, { trials: 1 });
    const [{ distributions }] = await study.trials();
    expect(distributions).toMatchObject({ even: { low: 0, high: 0.3 }, cut: { low: 0.1, high: 0.7 } });
  });

  test('ranges that cannot be drawn from are refused', async () => {
    const trial = await (await createStudy({ name: 'a' })).ask();
    expect(() => trial?.suggestFloat('x', 1, 0)).toThrow('x has no range: 1 to 0.');
    expect(() => trial?.suggestFloat('x', 0, 1, { log: true })).toThrow('must be above 0');
    expect(() => trial?.suggestInt('x', 1, 9, { log: true, step: 2 })).toThrow('x cannot have both log and step.');
  });
});
