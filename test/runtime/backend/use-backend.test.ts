import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kernelLibrary } from '../../../src/backend/native-kernels/kernel-library.ts';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels, tfjsNode } from './native-requirement.ts';
import { runChild } from './run-child.ts';

/** An empty folder: no tfjs-node is seen from there, and no compiled kernels, unless a test says so. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dl-backend-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function choose(env: Record<string, string | undefined>, cwd = folder) {
  const { stdout, stderr } = await runChild(new URL('programs/choose-backend.ts', import.meta.url), {
    cwd,
    env: { DL_NATIVE_DIR: undefined, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('without a native backend', () => {
  test('chooses wasm once and leaves the error handling of the process alone', async () => {
    const chosen = await choose({});
    expect(chosen).toEqual({
      name: 'wasm',
      threads: 1,
      faster: 'native',
      text: 'wasm, 1 thread',
      same: true,
      product: 11,
      listeners: 0,
    });
  });

  test('DL_BACKEND=cpu forces the plain JavaScript backend, without an advertisement', async () => {
    expect(await choose({ DL_BACKEND: 'cpu' })).toMatchObject({
      name: 'cpu',
      text: 'cpu, 1 thread',
      product: 11,
    });
  });

  test('a forced backend that is not there is an error that says what to type', async () => {
    expect(await choose({ DL_BACKEND: 'native' })).toEqual({
      code: 'missing',
      message: 'The native kernels are not compiled on this machine. Type: npx dl-project native (or DL_BACKEND=wasm to go without).',
    });
    expect(await choose({ DL_BACKEND: 'tensorflow' })).toEqual({
      code: 'missing',
      message: 'tfjs-node is not installed. Type: npx dl-project native tensorflow (or DL_BACKEND=wasm to go without).',
    });
  });

  test('one that lost its library says what puts it back, and without force wasm is taken', async () => {
    const project = join(folder, 'gone');
    const packageFolder = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(packageFolder, { recursive: true });
    writeFileSync(join(packageFolder, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }');
    const error = await choose({ DL_BACKEND: 'tensorflow' }, project);
    expect(error.message).toBe(
      'tfjs-node is installed, but its library is gone. Type: npx dl-project native tensorflow (or DL_BACKEND=wasm to go without).',
    );
    mkdirSync(join(packageFolder, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'), 'not a library');
    expect(await choose({}, project)).toMatchObject({ name: 'wasm', product: 11 });
  });

  test('an unknown name is refused with the nearest and all names', async () => {
    expect(await choose({ DL_BACKEND: 'wams' })).toEqual({
      code: 'usage',
      message: 'DL_BACKEND=wams is not a backend. Did you mean wasm? Allowed: native, tensorflow, wasm, cpu.',
    });
  });

  test('a number of threads that is none is refused', async () => {
    expect(await choose({ DL_THREADS: '1.5' })).toEqual({
      code: 'usage',
      message: 'DL_THREADS=1.5 is not a number of threads. Allowed: a whole number from 1 to 1024, for example DL_THREADS=2.',
    });
  });
});

describeWith(nativeKernels, 'with the native kernels', () => {
  const native = { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME };

  test('chooses them, with the threads that it is told', async () => {
    expect(await choose({ ...native, DL_THREADS: '2' })).toEqual({
      name: 'native',
      threads: 2,
      text: 'native, 2 threads',
      same: true,
      product: 11,
      listeners: 0,
    });
    expect(await choose({ ...native, DL_THREADS: '1' })).toMatchObject({ text: 'native, 1 thread' });
  });

  test('a library that does not load is named where it is forced, and else wasm is taken', async () => {
    const cache = join(folder, 'damaged');
    vi.stubEnv('XDG_CACHE_HOME', cache);
    const { folder: place, file } = kernelLibrary();
    vi.unstubAllEnvs();
    mkdirSync(place, { recursive: true });
    writeFileSync(file, 'not a library');
    expect(await choose({ XDG_CACHE_HOME: cache, DL_BACKEND: 'native' })).toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/^The native kernels do not load \(.*\)\. Type: npx dl-project native/),
    });
    expect(await choose({ XDG_CACHE_HOME: cache })).toMatchObject({ name: 'wasm', product: 11 });
  });

  test('DL_BACKEND=wasm goes without', async () => {
    expect(await choose({ ...native, DL_BACKEND: 'wasm' })).toMatchObject({ name: 'wasm', product: 11 });
  });
});

describeWith(tfjsNode, 'with tfjs-node', () => {
  const native = { DL_NATIVE_DIR: process.env.DL_NATIVE_DIR };

  test('chooses it, with one thread unless told otherwise', async () => {
    expect(await choose(native)).toMatchObject({ name: 'tensorflow', threads: 1, text: 'tensorflow, 1 thread', product: 11 });
    expect(await choose({ ...native, DL_THREADS: '2' })).toMatchObject({ threads: 2, text: 'tensorflow, 2 threads' });
  });

  test('DL_BACKEND=wasm goes without', async () => {
    const chosen = await choose({ ...native, DL_BACKEND: 'wasm' });
    expect(chosen).toMatchObject({ name: 'wasm', product: 11 });
  });
});
