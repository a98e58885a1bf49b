// Answers each line with the GFLOP/s of our float32 matrix product, 768 x 768 x 768, on the wasm backend.
import { matMul, randomNormal } from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/backend/use-backend.ts';
import { answerMeasurements } from './measuring-process.ts';

const size = 768;
const times = 10;

await useBackend();
const a = randomNormal([size, size]);
const b = randomNormal([size, size]);
await answerMeasurements(async () => {
  const start = performance.now();
  for (let i = 0; i < times; i++) matMul(a, b).dispose();
  return (2 * size ** 3 * times) / ((performance.now() - start) * 1e6);
});
