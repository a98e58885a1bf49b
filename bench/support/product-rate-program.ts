// Answers each line with the GFLOP/s of the engine's float32 matrix product, 256 x 256 x 256.
import { loadEngineKernels } from '../../src/kernels/engine-kernels.ts';
import { answerMeasurements } from './measuring-process.ts';

const size = 256;
const kernels = await loadEngineKernels();
const [a, b, c] = [0, 1, 2].map(() => kernels.heap.allocate(4 * size * size));
for (const matrix of [a, b]) kernels.floats(matrix, size * size).fill(0.5);

await answerMeasurements(async () => {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 30; run++) {
    const start = performance.now();
    kernels.gemm({ m: size, n: size, k: size, a, b, c });
    fastest = Math.min(fastest, performance.now() - start);
  }
  return (2e-6 * size ** 3) / fastest;
});
