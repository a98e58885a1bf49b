import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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
  expect(await makeFirstCommit(folder)).toEqual({ kind: 'own' });
});

describe('inside another repository', () => {
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  /** Makes a folder with a file, as a new project is one. */
  function makeProject(...parts: string[]): string {
    const project = join(folder, ...parts);
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'config.ts'), '');
    return project;
  }

  test('nothing is committed, neither in a sub-folder nor in a worktree nor in a submodule', async () => {
    await makeFirstCommit(folder);
    expect(await makeFirstCommit(makeProject('apps', 'digits'))).toEqual({ kind: 'inside' });
    git(folder, 'worktree', 'add', '-q', 'tree');
    expect(await makeFirstCommit(makeProject('tree', 'digits'))).toEqual({ kind: 'inside' });
    const library = makeProject('library');
    git(library, 'init', '-q');
    git(library, 'add', '-A');
    git(library, 'commit', '-qm', 'first');
    git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', './library', 'module');
    const inModule = makeProject('module', 'digits');
    expect(await makeFirstCommit(inModule)).toEqual({ kind: 'inside' });
    expect(existsSync(join(inModule, '.git'))).toBe(false);
  });

  test('that ignores the folder, the project gets a repository of its own', async () => {
    writeFileSync(join(folder, '.gitignore'), 'scratch/\n');
    await makeFirstCommit(folder);
    const project = makeProject('scratch', 'digits');
    expect(await makeFirstCommit(project)).toEqual({ kind: 'committed' });
    expect(git(project, 'log', '--format=%s', '--name-only')).toBe('First commit\n\nconfig.ts\n');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(await makeFirstCommit(project)).toEqual({ kind: 'own' });
  });

  test("whose hook calls us is left alone: the hook's GIT_DIR is not ours", async () => {
    const other = makeProject('other');
    git(other, 'init', '-q');
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    const project = makeProject('digits');
    expect(await makeFirstCommit(project)).toEqual({ kind: 'committed' });
    vi.stubEnv('GIT_DIR', undefined);
    expect(git(other, 'status', '--porcelain')).toBe('?? config.ts\n');
  });
});
