import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCompiled } from '../../../src/compiled/load-compiled.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { runChild } from '../backend/run-child.ts';

const compile = (...args: string[]) => runChild(new URL('../../../src/cli/main.ts', import.meta.url), { args: ['compile', ...args] });
const packed = fileURLToPath(new URL('../../expected/released/0.1.0/version-1.safetensors', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('compile writes WebAssembly that predicts as the packed model does', async () => {
  const out = join(folder, 'model.wasm');
  const { exitCode, stdout } = await compile(packed, `out=${out}`);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/model\.wasm, [\d.]+ KB, of version-1\.safetensors, [\d.]+ KB\n\n {2}Use it: {3}import \{ loadCompiled \}/);
  const [engine, compiled] = [await loadModel(packed, { autotune: true }), await loadCompiled(out)];
  const input = new Float32Array(engine.features.inputShape.reduce((product, length) => product * length, 1)).fill(0.25);
  const [expected, actual] = [engine.compute(input), compiled.compute(input)];
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 5);
});

test('compile refuses what it does not know before it does anything', async () => {
  expect(await compile(packed, 'flavour=simd128')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('flavour is "simd128"') });
  expect(await compile(packed, '--fast')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('compile has no setting --fast') });
  expect(await compile('nothing.safetensors')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('nothing.safetensors is not there'),
  });
});
