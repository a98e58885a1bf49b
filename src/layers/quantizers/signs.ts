import { abs, cast, lessEqual, mul, neg, step, type Tensor } from '@tensorflow/tfjs-core';

/** -1 below 0, 1 from 0 on: unlike `sign`, never 0. NaN stays NaN. */
export function signs(x: Tensor): Tensor {
  return neg(step(neg(x), -1)); // comparisons take tfjs' wasm backend ten times as long
}

/** `dy` where `x` is from -1 to 1, else 0. */
export function withinOne(dy: Tensor, x: Tensor): Tensor {
  return mul(dy, cast(lessEqual(abs(x), 1), 'float32'));
}
