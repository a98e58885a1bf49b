import { expect, it } from 'vitest';
import { readMutatedOnnx, readMutatedTfjs } from './mutated-models.ts';

it('reads or clearly refuses 500 damaged ONNX files and 500 damaged tfjs models', async () => {
  expect(readMutatedOnnx(500)).toBeGreaterThan(0); // some changes only give other weights
  expect(await readMutatedTfjs(500)).toBeGreaterThan(0);
});
