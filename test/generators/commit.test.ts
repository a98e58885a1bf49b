import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileWrite } from '../../generators/engine/changes.ts';
import { commitChanges } from '../../generators/engine/commit.ts';
import { recover } from '../../generators/engine/journal.ts';
import { manifestPath } from '../../generators/engine/manifest.ts';
import { abandonedStages } from '../../generators/engine/stage.ts';
import { snapshotFolder } from './snapshot-folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'commit-'));
});

/** Writes files, whatever lies there. */
function commitFiles(folder: string, texts: ReadonlyMap<string, string>): void {
  commitChanges(
    folder,
    [...texts].map(([path, text]) => ({ path, text })),
  );
}

const files = new Map([
  ['README.md', 'new\n'],
  ['src/a.ts', 'a\n'],
  ['src/deep/b.ts', 'b\n'],
]);

test('makes a new folder, those above it, and leaves nothing else', () => {
  commitFiles(join(place, 'parent', 'project'), files);
  expect(readdirSync(place)).toEqual(['parent']);
  expect(readdirSync(join(place, 'parent'))).toEqual(['project']);
  expect(readFileSync(join(place, 'parent', 'project', 'src', 'deep', 'b.ts'), 'utf8')).toBe('b\n');
});

test('replaces files of a folder that is there, and keeps the others', () => {
  writeFileSync(join(place, 'README.md'), 'old\n');
  writeFileSync(join(place, 'mine.txt'), 'mine\n');
  commitFiles(place, files);
  expect(readFileSync(join(place, 'README.md'), 'utf8')).toBe('new\n');
  expect(readdirSync(place).sort()).toEqual(['README.md', 'mine.txt', 'src']);
});

test('puts everything back when a file cannot be written', () => {
  writeFileSync(join(place, 'README.md'), 'old\n');
  mkdirSync(join(place, 'src'));
  writeFileSync(join(place, 'src', 'deep'), 'a file where a folder goes\n');
  expect(() => commitFiles(place, files)).toThrow(/Could not write.*Nothing was left behind/s);
  expect(readFileSync(join(place, 'README.md'), 'utf8')).toBe('old\n');
  expect(readdirSync(place).sort()).toEqual(['README.md', 'src']);
  expect(readdirSync(join(place, 'src'))).toEqual(['deep']);
});

test('leaves no half of a new project, nor the folders above it', () => {
  const impossible = new Map([...files, ['README.md/inside-a-file', '']]);
  expect(() => commitFiles(join(place, 'parent', 'project'), impossible)).toThrow(/Could not write/);
  expect(readdirSync(place)).toEqual([]);
});

describe('a list of changes', () => {
  const writes: FileWrite[] = [
    { path: manifestPath, text: '{}\n' },
    { path: 'README.md', text: 'new\n' },
    { path: 'src/deep/er/b.ts', text: 'b\n' },
    { path: 'old/gone.ts', text: undefined },
    { path: 'run.sh', text: 'echo new\n' },
    { path: 'equal.txt', text: 'before equal.txt\n' },
  ];
  beforeEach(() => {
    for (const folder of ['old', '.dl-project']) mkdirSync(join(place, folder));
    for (const path of ['README.md', 'old/gone.ts', 'run.sh', 'mine.txt', 'equal.txt', manifestPath])
      writeFileSync(join(place, path), `before ${path}\n`);
    chmodSync(join(place, 'run.sh'), 0o755);
    chmodSync(join(place, 'README.md'), 0o444);
  });

  test('writes, replaces and removes, keeps modes, and leaves no empty folder', () => {
    commitChanges(place, writes);
    const after = snapshotFolder(place);
    expect(after).toMatchObject({ 'README.md': '444 new\n', 'run.sh': '755 echo new\n', [manifestPath]: '644 {}\n' });
    expect(after['src/deep/er/b.ts']).toMatch(/b\n$/);
    expect(Object.keys(after)).not.toContain('old');
    expect(readdirSync(place).filter((name) => name.startsWith('.create'))).toEqual([]);
  });

  test('passes over what holds its text already', () => {
    const before = statSync(join(place, 'mine.txt')).ino;
    commitChanges(place, [{ path: 'mine.txt', text: 'x', before: 'x' }]);
    expect(statSync(join(place, 'mine.txt')).ino).toBe(before);
  });

  test.each(['../evil', '/evil', 'a/../../evil', ''])('never writes the path %j', (path) => {
    const before = snapshotFolder(place);
    expect(() => commitChanges(place, [...writes, { path, text: '' }])).toThrow(/mistake in create-dl-project/);
    expect(snapshotFolder(place)).toEqual(before);
  });

  describe('that fails', () => {
    const names = ['mkdirSync', 'mkdtempSync', 'writeFileSync', 'copyFileSync', 'chmodSync', 'renameSync', 'rmSync'] as const;
    const originals = Object.fromEntries(names.map((name) => [name, fs[name]])) as Pick<typeof fs, (typeof names)[number]>;
    afterEach(() => {
      Object.assign(fs, originals);
      syncBuiltinESMExports();
    });

    /** Lets the call of that number fail that makes, writes, copies, moves or removes something; returns how many there were. */
    function failAt(number: number, work: () => void): number {
      let calls = 0;
      for (const name of names) {
        fs[name] = ((...args: never[]) => {
          if (++calls === number) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          return (originals[name] as (...all: never[]) => unknown)(...args);
        }) as never;
      }
      syncBuiltinESMExports();
      try {
        work();
      } finally {
        Object.assign(fs, originals);
        syncBuiltinESMExports();
      }
      return calls;
    }

    test('at any of its steps puts everything back', () => {
      const before = snapshotFolder(place);
      let failures = 0;
      for (let step = 1; step < 100; step++) {
        try {
          const calls = failAt(step, () => commitChanges(place, writes));
          expect(step).toBeGreaterThanOrEqual(calls); // only the removal of the temporary folder may fail without harm
          if (step > calls) break;
        } catch (error) {
          failures++;
          if (!(error as Error).message.includes('Nothing was left behind')) throw error;
          expect(snapshotFolder(place)).toEqual(before);
        }
      }
      expect(failures).toBeGreaterThan(15);
    });

    test('in a folder that nobody may write, says so and changes nothing', () => {
      mkdirSync(join(place, 'src'));
      chmodSync(join(place, 'src'), 0o555);
      const before = snapshotFolder(place);
      asNobody(() => expect(() => commitChanges(place, [...writes].reverse())).toThrow(/EACCES[\s\S]*Nothing was left behind/));
      expect(snapshotFolder(place)).toEqual(before);
    });
  });
});

describe('links', () => {
  test('that lead out of the project are refused, before anything is written', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'a.ts'), 'theirs');
    const project = join(place, 'project');
    mkdirSync(project);
    symlinkSync(outside, join(project, 'src'));
    symlinkSync(join(outside, 'nowhere'), join(project, 'README.md'));
    expect(() => commitChanges(project, [{ path: 'src/a.ts', text: 'ours' }])).toThrow(/src is a link that leads out of/);
    expect(() => commitChanges(project, [{ path: 'src/new/b.ts', text: 'ours' }])).toThrow(/leads out of/);
    expect(() => commitChanges(project, [{ path: 'src/a.ts', text: undefined }])).toThrow(/leads out of/);
    expect(() => commitChanges(project, [{ path: 'README.md', text: '' }])).toThrow(/or nowhere/);
    expect(readFileSync(join(outside, 'a.ts'), 'utf8')).toBe('theirs');
    expect(readdirSync(outside)).toEqual(['a.ts']);
  });

  test('inside the project are followed, and stay links', () => {
    mkdirSync(join(place, 'docs'));
    writeFileSync(join(place, 'docs', 'readme.md'), 'old');
    symlinkSync(join('docs', 'readme.md'), join(place, 'README.md'));
    commitChanges(place, [{ path: 'README.md', text: 'new' }]);
    expect(snapshotFolder(place)).toMatchObject({ 'README.md': '-> docs/readme.md', 'docs/readme.md': expect.stringMatching(/new$/) });
  });
});

describe('what a killed run left', () => {
  const stage = (pid: number, host = 'other') => join(place, `.create-dl-project-${pid}-${host.padEnd(8, '0').slice(0, 8)}-AbCdEf`);

  test('is left alone while its process may still run, on this machine or on another', () => {
    mkdirSync(stage(1, 'ffffffff'));
    expect(abandonedStages(place)).toEqual([]);
    expect(recover(place)).toBe(false);
    expect(existsSync(stage(1, 'ffffffff'))).toBe(true);
  });

  test('is not looked for in a folder that may not be listed, or that is not there', () => {
    chmodSync(place, 0o311);
    asNobody(() => expect(abandonedStages(place)).toEqual([]));
    chmodSync(place, 0o755);
    expect(abandonedStages(join(place, 'nowhere'))).toEqual([]);
  });

  test('is cleared after an hour, whoever it belonged to; without a journal nothing had begun', () => {
    const old = stage(1, 'ffffffff');
    mkdirSync(old);
    writeFileSync(join(old, 'journal.json'), '{"steps":[{"tar');
    utimesSync(old, 0, 0);
    expect(recover(place)).toBe(true);
    expect(readdirSync(place)).toEqual([]);
  });
});

/** Root may do everything: there the test runs as somebody else, to whom the folder belongs. */
function asNobody(work: () => void): void {
  const nobody = 65534;
  const isRoot = process.getuid?.() === 0;
  const paths = isRoot ? ['.', ...readdirSync(place, { recursive: true, encoding: 'utf8' })] : [];
  for (const path of paths) fs.chownSync(join(place, path), nobody, nobody);
  if (isRoot) process.seteuid!(nobody);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}
