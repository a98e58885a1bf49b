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

const trialOf = (run: string) => frozenTrial({ value: 1, userAttributes: { run } });

test('deletes the checkpoints of all trials but the best one, and nothing outside their runs', () => {
  const folder = join(runs, 'study');
  const checkpoints = ['study/a', 'study/b', '.', 'study'].map((path) => join(runs, path, 'checkpoints'));
  for (const path of checkpoints) mkdirSync(path, { recursive: true });
  const best = trialOf('runs/tuning/study/b');
  keepBestCheckpoints(folder, [trialOf('runs/tuning/study/a'), best, trialOf('x/..'), trialOf('.'), trialOf('')], best);
  expect(checkpoints.map((path) => existsSync(path))).toEqual([false, true, true, true]);
});
