import { add, mul, type Tensor } from '@tensorflow/tfjs-core';

/** `memory * mean + (1 - memory) * value`. */
export function runningMean(mean: Tensor, value: Tensor, memory: number): Tensor {
  return add(mul(mean, memory), mul(value, 1 - memory));
}
