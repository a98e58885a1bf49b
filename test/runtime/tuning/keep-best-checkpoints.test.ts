import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepBestCheckpoints } from '../../../src/tuning/keep-best-checkpoints.ts';
import { frozenTrial } from './frozen-trial.ts';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'tuning-'));
});
afterEach(() => rmSync(runs, { recursive: true }));

const trialOf = (run: string, number: number) => frozenTrial({ number, value: 1, userAttributes: { run } });

test('deletes the checkpoints of all trials but the best one, and nothing outside their runs', () => {
  const folder = join(runs, 'study');
  const checkpoints = ['study/a', 'study/b', '.', 'study'].map((path) => join(runs, path, 'checkpoints'));
  for (const path of checkpoints) mkdirSync(path, { recursive: true });
  const best = trialOf('runs/tuning/study/b', 1);
  const others = ['runs/tuning/study/a', 'x/..', '.', ''].map((run, i) => trialOf(run, i + 2));
  keepBestCheckpoints(folder)([...others, best], best);
  expect(checkpoints.map((path) => existsSync(path))).toEqual([false, true, true, true]);
});

test('deletes those of a former best one, and of a further try in the run of the first', () => {
  const folder = join(runs, 'study');
  const [first, second] = ['a', 'b'].map((id) => join(folder, id, 'checkpoints'));
  const [a, b, again] = [trialOf('a', 0), trialOf('b', 1), trialOf('a', 2)];
  const keepBest = keepBestCheckpoints(folder);
  for (const path of [first, second]) mkdirSync(path, { recursive: true });
  keepBest([a], a);
  expect(existsSync(first)).toBe(true);
  keepBest([a, b], b);
  expect([first, second].map((path) => existsSync(path))).toEqual([false, true]);
  mkdirSync(first);
  keepBest([a, b, { ...again, state: 'running' }], b);
  expect(existsSync(first)).toBe(true);
  keepBest([a, b, again], b);
  expect(existsSync(first)).toBe(false);
});
