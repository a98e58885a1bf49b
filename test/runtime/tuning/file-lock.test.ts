import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { steal } from '../../../src/tuning/storage/file-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('takes away the lock of a process that is gone', async () => {
  const lock = join(folder, 'journal.lock');
  writeFileSync(lock, 'gone');
  steal(lock, await lstat(lock));
  expect(readdirSync(folder)).toEqual([]);
});

test('puts back the lock of another process that was faster at taking the dead one away', async () => {
  const lock = join(folder, 'journal.lock');
  writeFileSync(lock, 'gone');
  const seen = await lstat(lock);
  rmSync(lock);
  await new Promise((done) => setTimeout(done, 20));
  writeFileSync(lock, 'alive');
  steal(lock, seen);
  expect(existsSync(lock) && readFileSync(lock, 'utf8')).toBe('alive');
  expect(readdirSync(folder)).toEqual(['journal.lock']);
});
