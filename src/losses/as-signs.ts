import { cast, greater, mul, sub, type Tensor2D } from '@tensorflow/tfjs-core';

/** Targets of 0 and 1, or of -1 and 1, as -1 and 1. */
export function asSigns(targets: Tensor2D): Tensor2D {
  return sub(mul(cast(greater(targets, 0.5), 'float32'), 2), 1);
}
