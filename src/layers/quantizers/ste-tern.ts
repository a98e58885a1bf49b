import { abs, mean, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Quantizer } from './quantizer.ts';
import { above, withinOne } from './signs.ts';

/**
 * -1, 0 or 1: 0 up to a threshold of 0.7 times the mean magnitude, which is nearly the best one for normally distributed numbers
 * (Li, Zhang and Liu, "Ternary Weight Networks", 2016). Straight through from -1 to 1, 0 beyond.
 */
export const steTern: Quantizer = {
  name: 'steTern',
  bits: 2,
  forward: (x) => ternary(x, mul(mean(abs(x)), 0.7)),
  gradient: (dy, x) => [withinOne(dy, x)],
};

/** -1 below `-threshold`, 1 above `threshold`, else 0 (never -0). */
export function ternary(x: Tensor, threshold: Tensor): Tensor {
  return sub(above(x, threshold), above(neg(x), threshold));
}
