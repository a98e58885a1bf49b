import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readMutatedOnnx, readMutatedTfjs, runMutatedOnnx, writeMutatedModels } from './mutated-models.ts';

/** `DL_FUZZ_RUNS=1000000 npx vitest run --project slow test/runtime/export/fuzz`: docs/export.md has the figures. */
const runs = Number(process.env.DL_FUZZ_RUNS ?? 10_000);

beforeAll(async () => void (await useBackend()));

it.each([
  [`reads or clearly refuses ${runs} damaged ONNX files`, readMutatedOnnx, runs],
  [`reads or clearly refuses ${runs} damaged tfjs models`, readMutatedTfjs, runs],
  ['builds and runs what it reads of 2,000 damaged ONNX files', runMutatedOnnx, 2000],
  [`writes or clearly refuses ${runs} packed models of strange descriptions as ONNX`, writeMutatedModels, runs],
] as const)('%s', { timeout: 600_000 + runs * 60 }, async (_, read, count) => {
  const figures = await read(count);
  console.log(figures);
  expect(figures.read).toBeGreaterThan(0);
});
