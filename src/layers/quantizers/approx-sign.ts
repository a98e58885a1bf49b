import { abs, mul, relu, sub } from '@tensorflow/tfjs-core';
import type { Quantizer } from './quantizer.ts';
import { signs } from './signs.ts';

/** The sign; its gradient is that of a parabola on either side of 0: 2 - 2 |x| from -1 to 1 (Liu et al., "Bi-Real Net", 2018). */
export const approxSign: Quantizer = {
  name: 'approxSign',
  bits: 1,
  forward: signs,
  gradient: (dy, x) => [mul(dy, relu(sub(2, mul(abs(x), 2))))],
};
