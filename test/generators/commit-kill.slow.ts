import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith, type Requirement } from '../support/requirements.ts';
import { snapshotFolder } from './snapshot-folder.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const bench = mkdtempSync(join(tmpdir(), 'commit-kill-'));
afterAll(() => rmSync(bench, { recursive: true, force: true }));

/** A project with a file of each fate: replaced, removed, created in a new folder, left alone. */
const writes = [
  { path: 'README.md', text: 'new\n' },
  { path: 'old/gone.ts', text: undefined },
  { path: 'src/deep/b.ts', text: 'b\n' },
  { path: '.dl-project/manifest.json', text: '{}\n' },
];

/** Files of the project; the temporary folder of a commit is none. */
function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshotFolder(folder)).filter(([path]) => !path.startsWith('.create-dl-project-')));
}

describe('a commit that is killed', () => {
  const runner = join(bench, 'runner.mjs');
  beforeAll(async () => {
    // Kills itself before the n-th call that changes the disk: every moment between two changes, none by luck.
    writeFileSync(
      join(bench, 'entry.mjs'),
      `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { commitChanges } from '${root}generators/engine/commit.ts';
import { recover } from '${root}generators/engine/journal.ts';
const [work, folder, killAt] = process.argv.slice(2);
let calls = 0;
for (const name of ['mkdirSync', 'mkdtempSync', 'writeFileSync', 'copyFileSync', 'chmodSync', 'renameSync', 'rmSync', 'rmdirSync']) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (++calls === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();
if (work === 'recover') recover(folder);
else commitChanges(folder, ${JSON.stringify(writes)}.map((write) => ({ text: undefined, ...write })));
`,
    );
    await build({ entryPoints: [join(bench, 'entry.mjs')], outfile: runner, bundle: true, format: 'esm', platform: 'node' });
  });

  function makeProject(): string {
    const folder = mkdtempSync(join(bench, 'project-'));
    for (const one of ['old', '.dl-project']) mkdirSync(join(folder, one));
    for (const path of ['README.md', 'old/gone.ts', '.dl-project/manifest.json', 'mine.txt'])
      writeFileSync(join(folder, path), `before ${path}\n`);
    return folder;
  }

  const run = (work: string, folder: string, killAt = 0) =>
    spawnSync(process.execPath, [runner, work, folder, String(killAt)], { encoding: 'utf8' });

  test('at any moment has no file half-written, and the next run takes everything back', () => {
    const before = filesOf(makeProject());
    const whole = makeProject();
    expect(run('commit', whole).status).toBe(0);
    const after = filesOf(whole);
    let kills = 0;
    for (let step = 1; ; step++) {
      const folder = makeProject();
      const { signal } = run('commit', folder, step);
      if (signal !== 'SIGKILL') break;
      kills++;
      const found = filesOf(folder);
      for (const [path, text] of Object.entries(found)) expect([before[path], after[path]], `${path} after step ${step}`).toContain(text);
      run('recover', folder);
      const recovered = snapshotFolder(folder);
      expect([before, after], `step ${step}`).toContainEqual(recovered);
    }
    expect(kills).toBeGreaterThan(15);
  });

  test('while it takes something back, is taken back by the run after', () => {
    const before = filesOf(makeProject());
    for (let step = 1; ; step++) {
      const killed = makeProject();
      run('commit', killed, 15); // in the middle of the renames
      expect(readdirSync(killed).some((name) => name.startsWith('.create-dl-project-'))).toBe(true);
      if (run('recover', killed, step).signal !== 'SIGKILL') break;
      run('recover', killed);
      expect(snapshotFolder(killed)).toEqual(before);
    }
  });
});

describe('creating, killed at a random moment', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('by %s leaves a whole project or none', async (signal) => {
    const name = `whole-${signal.toLowerCase()}`;
    const whole = join(bench, name);
    execFileSync(process.execPath, [cli, name, '--yes', '--skip-install', '--skip-git'], { cwd: bench });
    const expected = Object.keys(snapshotFolder(whole));
    let ended = 0;
    for (let delay = 0; delay < 300; delay += 25) {
      const cwd = mkdtempSync(join(bench, 'cwd-'));
      const child = spawn(process.execPath, [cli, 'app', '--yes', '--skip-install', '--skip-git'], { cwd, stdio: 'ignore' });
      const closed = new Promise((resolve) => child.on('close', resolve));
      await wait(delay);
      child.kill(signal);
      await closed;
      if (existsSync(join(cwd, 'app'))) expect(Object.keys(snapshotFolder(join(cwd, 'app')))).toEqual(expected);
      else ended++;
      execFileSync(process.execPath, [cli, 'app', '--yes', '--skip-install', '--skip-git'], { cwd });
      expect(readdirSync(cwd)).toEqual(['app']); // what was left was cleared
    }
    expect(ended).toBeGreaterThan(0);
  });
});

const smallDisk = join(bench, 'disk');
mkdirSync(smallDisk);
const canMount: Requirement = {
  name: 'a disk to fill',
  how: 'run as root on Linux, where mount is allowed',
  present: spawnSync('sh', ['-c', `mount -t tmpfs -o size=64k tmpfs '${smallDisk}'`]).status === 0,
};

describeWith(canMount, 'on a full disk', () => {
  afterAll(() => void spawnSync('sh', ['-c', `umount '${smallDisk}'`]));

  test('a new project is not begun', () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'app', '--yes', '--skip-install', '--skip-git'], {
      cwd: smallDisk,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/Could not write .*ENOSPC[\s\S]*Nothing was left behind/);
    expect(status).toBe(1);
    expect(readdirSync(smallDisk)).toEqual([]);
  });

  test('an existing project stays as it was', () => {
    const made = join(bench, 'made');
    execFileSync(process.execPath, [cli, 'made', '--yes', '--skip-install', '--skip-git'], { cwd: bench });
    const project = join(smallDisk, 'made');
    mkdirSync(project);
    for (const name of ['.yo-rc.json', '.dl-project', 'package.json', 'config.ts'])
      cpSync(join(made, name), join(project, name), { recursive: true });
    const before = snapshotFolder(project);
    writeFileSync(join(project, 'filler'), Buffer.alloc(1)); // the rest of the disk is filled to the last block
    for (let free = true; free; ) {
      try {
        writeFileSync(join(project, 'filler'), Buffer.alloc(4096), { flag: 'a' });
      } catch {
        free = false;
      }
    }
    const { status, stderr } = spawnSync(process.execPath, [cli, 'made', '--yes', '--goal', 'later', '--skip-install', '--skip-git'], {
      cwd: smallDisk,
      encoding: 'utf8',
    });
    rmSync(join(project, 'filler'));
    expect(stderr).toMatch(/ENOSPC[\s\S]*Nothing was left behind/);
    expect(status).toBe(1);
    expect(snapshotFolder(project)).toEqual(before);
  });
});
