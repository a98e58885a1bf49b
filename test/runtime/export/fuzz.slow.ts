import { expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readMutatedOnnx, readMutatedTfjs, runMutatedOnnx, writeMutatedModels } from './mutated-models.ts';

/** `DL_FUZZ_RUNS=1000000 npx vitest run --project slow test/runtime/export/fuzz` takes two hours. */
const runs = Number(process.env.DL_FUZZ_RUNS ?? 10_000);

it(`reads or clearly refuses ${runs} damaged ONNX files`, { timeout: runs * 60 }, () => {
  expect(readMutatedOnnx(runs)).toBeGreaterThan(0);
});

it(`reads or clearly refuses ${runs} damaged tfjs models`, { timeout: runs * 60 }, async () => {
  expect(await readMutatedTfjs(runs)).toBeGreaterThan(0);
});

it('builds and runs what it reads of 2,000 damaged ONNX files', async () => {
  await useBackend();
  expect(await runMutatedOnnx(2000)).toBeGreaterThan(0);
});

it('writes or clearly refuses 10,000 packed models of strange descriptions as ONNX', async () => {
  await useBackend();
  expect(await writeMutatedModels(10_000)).toBeGreaterThan(0);
});
