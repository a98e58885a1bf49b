import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { isGone, workerId } from '../../../src/tuning/storage/worker-id.ts';

test('tells processes of this machine that ended from those that live, and knows nothing of others', () => {
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  expect(isGone(workerId)).toBe(false);
  expect(isGone(`x-${process.ppid}@${hostname()}`)).toBe(false);
  expect(isGone(`x-${dead}@${hostname()}`)).toBe(true);
  expect(isGone(`x-${process.pid}@${hostname()}`)).toBe(true);
  expect(isGone(`x-${dead}@elsewhere`)).toBe(false);
  expect(isGone('0a1b-140735')).toBe(false);
  expect(isGone('')).toBe(false);
});
