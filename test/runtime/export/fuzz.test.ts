import { expect, it } from 'vitest';
import { readMutatedOnnx, readMutatedTfjs } from './mutated-models.ts';

it('reads or clearly refuses 200 damaged ONNX files and 200 damaged tfjs models', async () => {
  expect(readMutatedOnnx(200)).toBeGreaterThan(0); // some changes only give other weights
  expect(await readMutatedTfjs(200)).toBeGreaterThan(0);
});
