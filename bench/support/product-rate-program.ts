// Answers each line with the GFLOP/s of the engine's float32 matrix product, 512 x 512 x 512.
import { loadEngineKernels } from '../../src/kernels/engine-kernels.ts';
import { answerMeasurements } from './measuring-process.ts';

const size = 512;
const kernels = await loadEngineKernels();
const [a, b, c] = [0, 1, 2].map(() => kernels.heap.allocate(4 * size * size));
for (const matrix of [a, b]) kernels.floats(matrix, size * size).fill(0.5);

await answerMeasurements(async () => {
  const start = performance.now();
  kernels.gemm({ m: size, n: size, k: size, a, b, c });
  return (2e-6 * size ** 3) / (performance.now() - start);
});
