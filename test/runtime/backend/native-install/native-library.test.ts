import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isKept, keepFromPackage, keepLibrary, linkLibrary, nativeLibrary } from '../../../../src/backend/native-install/native-library.ts';

let folder: string;
let packageFolder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dl-library-'));
  packageFolder = join(folder, 'node_modules', 'tfjs-node');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function keepSomething() {
  const library = nativeLibrary();
  await keepLibrary(library, async (unfinished) => {
    writeFileSync(join(unfinished.libraries, 'libtensorflow.so'), 'library');
    mkdirSync(join(unfinished.addon, 'napi-v8'));
    writeFileSync(join(unfinished.addon, 'napi-v8', 'tfjs_binding.node'), 'addon');
  });
  return library;
}

describe('the kept library', () => {
  test('lies in the cache folder of the user, by version and platform', () => {
    expect(nativeLibrary().folder).toBe(join(folder, 'cache/dl-project/native', `tfjs-node-4.22.0-${process.platform}-${process.arch}`));
    expect(isKept(nativeLibrary())).toBe(false);
  });

  test('is linked into a package, over whatever was there, and again after it was wiped', async () => {
    const library = await keepSomething();
    expect(isKept(library)).toBe(true);
    mkdirSync(join(packageFolder, 'deps', 'lib'), { recursive: true });
    writeFileSync(join(packageFolder, 'deps', 'lib', 'half'), '');
    for (let time = 0; time < 2; time++) {
      linkLibrary(library, packageFolder);
      expect(readdirSync(join(packageFolder, 'deps', 'lib'))).toEqual(['libtensorflow.so']);
      expect(readFileSync(join(packageFolder, 'lib/napi-v8/tfjs_binding.node'), 'utf8')).toBe('addon');
    }
    rmSync(packageFolder, { recursive: true });
    expect(existsSync(join(library.libraries, 'libtensorflow.so'))).toBe(true);
  });

  test('that breaks off leaves nothing behind, and what was kept before stays', async () => {
    const library = await keepSomething();
    const breakOff = keepLibrary(library, async () => {
      throw new Error('no space left');
    });
    await expect(breakOff).rejects.toThrow('no space left');
    expect(isKept(library)).toBe(true);
    expect(readdirSync(join(library.folder, '..'))).toHaveLength(1);
  });

  test('clears away what an interrupted installation left, but not what another process is making', async () => {
    const { folder: kept } = nativeLibrary();
    mkdirSync(`${kept}.unfinished-999999999`, { recursive: true });
    mkdirSync(`${kept}.unfinished-${process.ppid}`);
    await keepSomething();
    expect(existsSync(`${kept}.unfinished-999999999`)).toBe(false);
    expect(existsSync(`${kept}.unfinished-${process.ppid}`)).toBe(true);
  });

  test("what tfjs-node's own script downloaded is moved there and linked back", async () => {
    mkdirSync(join(packageFolder, 'deps', 'lib'), { recursive: true });
    mkdirSync(join(packageFolder, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(packageFolder, 'deps', 'lib', 'libtensorflow.so.2'), 'downloaded');
    writeFileSync(join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'), 'prebuilt');
    const library = nativeLibrary();
    await keepFromPackage(library, packageFolder);
    expect(readFileSync(join(library.libraries, 'libtensorflow.so.2'), 'utf8')).toBe('downloaded');
    expect(readFileSync(join(packageFolder, 'deps', 'lib', 'libtensorflow.so.2'), 'utf8')).toBe('downloaded');
    await keepFromPackage(library, packageFolder);
    expect(isKept(library)).toBe(true);
  });
});
