import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readMutatedOnnx, readMutatedTfjs, writeMutatedModels } from './mutated-models.ts';

beforeAll(async () => void (await useBackend()));

it('reads or clearly refuses 200 damaged ONNX files and 200 damaged tfjs models', async () => {
  expect((await readMutatedOnnx(200)).read).toBeGreaterThan(0); // some changes only give other weights
  expect((await readMutatedTfjs(200)).read).toBeGreaterThan(0);
});

it('writes or clearly refuses 300 packed models of strange descriptions as ONNX', async () => {
  expect((await writeMutatedModels(300)).read).toBeGreaterThan(0);
});
