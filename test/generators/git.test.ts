import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeFirstCommit } from '../../generators/engine/git.ts';

let folder: string;
const { platform } = process;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-commit-'));
  writeFileSync(join(folder, 'config.ts'), '');
  for (const who of ['AUTHOR', 'COMMITTER']) {
    vi.stubEnv(`GIT_${who}_NAME`, 'Ada');
    vi.stubEnv(`GIT_${who}_EMAIL`, 'ada@example.org');
  }
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test.each(['linux', 'win32'])('the first commit holds everything, on %s', async (system) => {
  // A shell, which Windows needs for npm, would cut the message at its space.
  Object.defineProperty(process, 'platform', { value: system });
  expect(await makeFirstCommit(folder)).toEqual({ kind: 'committed' });
  Object.defineProperty(process, 'platform', { value: platform });
  expect(execFileSync('git', ['log', '--format=%s', '--name-only'], { cwd: folder, encoding: 'utf8' })).toBe('First commit\n\nconfig.ts\n');
  expect(await makeFirstCommit(folder)).toEqual({ kind: 'inside' });
});
