import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { commitFiles } from '../../generators/engine/commit.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'commit-'));
});

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
