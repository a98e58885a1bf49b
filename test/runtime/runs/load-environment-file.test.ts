import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadEnvironmentFile } from '../../../src/runs/load-environment-file.ts';

afterEach(() => {
  delete process.env.DL_TEST_FRESH;
  delete process.env.DL_TEST_SET;
});

test('reads .env of the project, and leaves alone what is set already', () => {
  const root = mkdtempSync(join(tmpdir(), 'environment-'));
  writeFileSync(join(root, '.env'), 'DL_TEST_FRESH=1\nDL_TEST_SET=1\n');
  process.env.DL_TEST_SET = '2';
  loadEnvironmentFile(root);
  expect(process.env.DL_TEST_FRESH).toBe('1');
  expect(process.env.DL_TEST_SET).toBe('2');
});

test('does nothing where there is none', () => {
  loadEnvironmentFile(mkdtempSync(join(tmpdir(), 'environment-')));
});
