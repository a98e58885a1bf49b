import { abs, add, max, mul, neg, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Quantizer } from './quantizer.ts';
import { above } from './signs.ts';

/**
 * 0 up to a threshold of 0.05 times the largest magnitude; one learnt scale above, another (negative) below
 * (Zhu, Han, Mao and Dally, "Trained Ternary Quantization", 2017). The gradient by a scale is the sum over the numbers that have it;
 * that by a number is straight through, times its scale.
 */
export const ttq: Quantizer = {
  name: 'ttq',
  bits: 2,
  isForKernels: true,
  scales: ['positive', 'negative'],
  forward(x, positive, negative) {
    const [high, low] = parts(x);
    return sub(mul(high, positive), mul(low, negative));
  },
  gradient(dy, x, positive, negative) {
    const [high, low] = parts(x);
    const inside = sub(1, add(high, low));
    return [
      mul(dy, add(add(mul(high, positive), mul(low, negative)), inside)),
      reshape(sum(mul(dy, high)), positive.shape),
      reshape(neg(sum(mul(dy, low))), negative.shape),
    ];
  },
};

/** 1 where `x` has the positive scale, and 1 where it has the negative one. */
function parts(x: Tensor): readonly [high: Tensor, low: Tensor] {
  const threshold = mul(max(abs(x)), 0.05);
  return [above(x, threshold), above(neg(x), threshold)];
}
