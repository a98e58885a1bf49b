import { abs, mul, neg, step, sub, type Tensor } from '@tensorflow/tfjs-core';

// All by `step`: comparisons take tfjs' wasm backend ten times as long.

/** -1 below 0, 1 from 0 on: unlike `sign`, never 0. NaN stays NaN. */
export function signs(x: Tensor): Tensor {
  return neg(step(neg(x), -1));
}

/** 1 where `x` is above `threshold`, else 0. */
export function above(x: Tensor, threshold: Tensor | number): Tensor {
  return step(sub(x, threshold));
}

/** 1 where `x` is at most `threshold`, else 0. */
export function upTo(x: Tensor, threshold: Tensor | number): Tensor {
  return abs(sub(above(x, threshold), 1)); // a number in front takes longer than one behind
}

/** `dy` where `x` is from -1 to 1, else 0. */
export function withinOne(dy: Tensor, x: Tensor): Tensor {
  return mul(dy, upTo(abs(x), 1));
}
