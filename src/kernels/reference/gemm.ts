import type { KernelActivation } from '../address.ts';
import { activateOne } from './elementwise.ts';

/** What `Kernels.gemm` computes, in plain loops and double precision. */
export function gemm(p: {
  m: number;
  n: number;
  k: number;
  a: Float32Array;
  b: Float32Array;
  transposeA?: boolean;
  transposeB?: boolean;
  bias?: Float32Array;
  activation?: KernelActivation;
  /** Starts from these values in place of the bias. */
  c?: Float32Array;
}): Float32Array {
  const { m, n, k, a, b } = p;
  const result = new Float32Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = p.c?.[row * n + column] ?? p.bias?.[column] ?? 0;
      for (let step = 0; step < k; step++) {
        sum += a[p.transposeA ? step * m + row : row * k + step] * b[p.transposeB ? column * k + step : step * n + column];
      }
      result[row * n + column] = activateOne(sum, p.activation);
    }
  }
  return result;
}
