import type { KernelActivation } from '../address.ts';

/** NaN stays NaN. */
export function activateOne(value: number, activation: KernelActivation = 'linear'): number {
  if (activation === 'linear' || Number.isNaN(value)) return value;
  const positive = Math.max(0, value);
  return activation === 'relu6' ? Math.min(6, positive) : positive;
}

/** What `Kernels.reluGradient` computes. */
export function reluGradient(value: Float32Array, outputGradient: Float32Array, activation: 'relu' | 'relu6' = 'relu'): Float32Array {
  return value.map((x, index) => {
    if (Number.isNaN(x)) return x;
    return x > 0 && (activation === 'relu' || x < 6) ? outputGradient[index] : 0;
  });
}
