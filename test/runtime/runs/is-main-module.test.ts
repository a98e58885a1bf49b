import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isMainModule } from '../../../src/runs/is-main-module.ts';

let folder: string;
let url: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'main ü')));
  writeFileSync(join(folder, 'train.ts'), '');
  writeFileSync(join(folder, 'tune.ts'), '');
  symlinkSync(join(folder, 'train.ts'), join(folder, 'link.ts'));
  symlinkSync(folder, `${folder} link`, 'junction');
  url = pathToFileURL(join(folder, 'train.ts')).href;
});
afterAll(() => {
  rmSync(`${folder} link`);
  rmSync(folder, { recursive: true });
});

it('knows the file that Node was started with, through links and without its ending', () => {
  expect(isMainModule(url, join(folder, 'train.ts'))).toBe(true);
  expect(isMainModule(url, join(folder, 'train'))).toBe(true);
  expect(isMainModule(url, join(folder, 'link.ts'))).toBe(true);
  expect(isMainModule(url, join(`${folder} link`, 'train.ts'))).toBe(true);
});

it('is false for a module that was imported, and where there is no file', () => {
  expect(isMainModule(url, join(folder, 'tune.ts'))).toBe(false);
  expect(isMainModule(url, join(folder, 'tr'))).toBe(false);
  expect(isMainModule(url, '')).toBe(false);
  expect(isMainModule('data:text/javascript,', join(folder, 'train.ts'))).toBe(false);
});
