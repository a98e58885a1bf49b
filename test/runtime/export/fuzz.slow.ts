import { expect, it } from 'vitest';
import { readMutatedOnnx, readMutatedTfjs } from './mutated-models.ts';

/** `DL_FUZZ_RUNS=1000000 npx vitest run --project slow test/runtime/export/fuzz` takes an hour. */
const runs = Number(process.env.DL_FUZZ_RUNS ?? 10_000);

it(`reads or clearly refuses ${runs} damaged ONNX files`, { timeout: runs * 60 }, () => {
  expect(readMutatedOnnx(runs)).toBeGreaterThan(0);
});

it(`reads or clearly refuses ${runs} damaged tfjs models`, { timeout: runs * 60 }, async () => {
  expect(await readMutatedTfjs(runs)).toBeGreaterThan(0);
});
