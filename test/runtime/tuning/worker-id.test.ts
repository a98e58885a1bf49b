import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isGone, workerId } from '../../../src/tuning/storage/worker-id.ts';

test('tells processes of this machine that ended from those that live, and knows nothing of others', () => {
  const [, machine] = /@(.+)$/.exec(workerId)!;
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  expect(isGone(workerId)).toBe(false);
  expect(isGone(`x-${process.ppid}@${machine}`)).toBe(false);
  expect(isGone(`x-${dead}@${machine}`)).toBe(true);
  expect(isGone(`x-${process.pid}@${machine}`)).toBe(true);
  expect(isGone(`x-${dead}@elsewhere`)).toBe(false);
  expect(isGone(`x-${dead}@${machine.replace(/\+.*/, '')}+0a1b2c3d`)).toBe(false); // another machine of this name
  expect(isGone('0a1b-140735')).toBe(false);
  expect(isGone('')).toBe(false);
});
