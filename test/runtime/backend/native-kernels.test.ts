import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findDifference } from '../../../src/backend/native-kernels/check-kernels.ts';
import { compileKernels, findCompiler } from '../../../src/backend/native-kernels/compile-kernels.ts';
import { isCompiled, kernelLibrary } from '../../../src/backend/native-kernels/kernel-library.ts';
import { loadNativeKernels } from '../../../src/backend/native-kernels/load-native-kernels.ts';
import { loadKernels, OwnHeap } from '../../../src/kernels/index.ts';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels } from './native-requirement.ts';

describeWith(nativeKernels, 'the native kernels', () => {
  it('give the numbers of those in WebAssembly, with any number of threads', async () => {
    for (const threads of [1, 2, 7]) expect(findDifference(loadNativeKernels({ threads }), await loadKernels())).toBeUndefined();
  });

  it('compute where the memory is now, after it has grown and in turns with another one', () => {
    const [one, other] = [new OwnHeap(), new OwnHeap()].map((heap) => loadNativeKernels({ heap }));
    for (let size = 10; size < 10_000_000; size *= 10) {
      for (const kernels of [one, other]) {
        const [a, output] = [kernels.heap.allocate(size * 4), kernels.heap.allocate(size * 4)];
        kernels.floats(a, size).fill(1);
        kernels.add({ count: size, a, b: a, output });
        expect(kernels.floats(output, size).every((value) => value === 2)).toBe(true);
      }
    }
  });

  it('are not compiled again by the same compiler', async () => {
    expect(await compileKernels()).toBe(false);
  });
});

describe('compiling the kernels', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dl-kernels-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('says in one line what is missing and how to get it', () => {
    vi.stubEnv('CXX', 'no-such-compiler');
    expect(() => findCompiler()).toThrow(
      /^CXX=no-such-compiler does not start\. There is no C\+\+ compiler to compile the kernels with\. .+ npx dl-project native$/,
    );
  });

  it('leaves nothing behind where it fails', async () => {
    await expect(compileKernels({ program: 'false', version: 'none' })).rejects.toThrow('Could not compile the kernels');
    expect(isCompiled()).toBe(false);
    expect(existsSync(kernelLibrary().folder)).toBe(false);
    expect(readdirSync(dirname(kernelLibrary().folder))).toEqual([]);
  });

  it('asks for it where nothing is compiled', () => {
    expect(() => loadNativeKernels()).toThrow('The native kernels are not compiled on this machine. Type: npx dl-project native');
  });
});
