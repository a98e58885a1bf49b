import { abs, cast, greaterEqual, lessEqual, mul, sub, type Tensor } from '@tensorflow/tfjs-core';

/** -1 below 0, 1 from 0 on: unlike `sign`, never 0. */
export function signs(x: Tensor): Tensor {
  return sub(mul(cast(greaterEqual(x, 0), 'float32'), 2), 1);
}

/** `dy` where `x` is from -1 to 1, else 0. */
export function withinOne(dy: Tensor, x: Tensor): Tensor {
  return mul(dy, cast(lessEqual(abs(x), 1), 'float32'));
}
