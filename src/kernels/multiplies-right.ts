import type { InferenceKernels } from './inference-kernels.ts';

/** Whether a product of small whole numbers, which every rounding leaves alone, comes out right. */
export function multipliesRight(kernels: InferenceKernels): boolean {
  const [m, n, k] = [5, 11, 7];
  const { heap } = kernels;
  const start = heap.allocate((m * k + k * n + m * n) * 4);
  const [a, b, c] = [start, start + m * k * 4, start + (m * k + k * n) * 4];
  kernels.floats(a, m * k).forEach((_, index, all) => {
    all[index] = (index % 5) - 2;
  });
  kernels.floats(b, k * n).forEach((_, index, all) => {
    all[index] = (index % 7) - 3;
  });
  kernels.gemm({ m, n, k, a, b, c });
  const right = kernels.floats(c, m * n).every((value, index) => {
    const [row, column] = [Math.floor(index / n), index % n];
    let sum = 0;
    for (let step = 0; step < k; step++) sum += (((row * k + step) % 5) - 2) * (((step * n + column) % 7) - 3);
    return value === sum;
  });
  kernels.dispose();
  heap.free(start);
  return right;
}
