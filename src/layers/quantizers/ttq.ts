import { abs, add, cast, greater, less, max, mul, neg, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Quantizer } from './quantizer.ts';

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
    const { above, below } = parts(x);
    return sub(mul(above, positive), mul(below, negative));
  },
  gradient(dy, x, positive, negative) {
    const { above, below } = parts(x);
    const inside = sub(1, add(above, below));
    return [
      mul(dy, add(add(mul(above, positive), mul(below, negative)), inside)),
      reshape(sum(mul(dy, above)), positive.shape),
      reshape(neg(sum(mul(dy, below))), negative.shape),
    ];
  },
};

/** 1 where `x` has the positive scale, and 1 where it has the negative one. */
function parts(x: Tensor): { above: Tensor; below: Tensor } {
  const threshold = mul(max(abs(x)), 0.05);
  return { above: cast(greater(x, threshold), 'float32'), below: cast(less(x, neg(threshold)), 'float32') };
}
