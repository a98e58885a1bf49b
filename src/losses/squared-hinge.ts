import { mean, mul, relu, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { asSigns } from './as-signs.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (signs, scores) => mean(square(lacking(signs, scores))),
  derivative: (signs, scores) => mul(mul(signs, -2), lacking(signs, scores)),
  count: (scores) => scores.size,
};

/** The hinge, squared: large mistakes count most, and there is no kink. Targets as `hinge` has them. */
export const squaredHinge = defineLoss({
  name: 'squaredHinge',
  defaults: {},
  create: () => lossOf('squaredHinge', formula, { prepare: asSigns }),
});

function lacking(signs: Tensor, scores: Tensor): Tensor {
  return relu(sub(1, mul(signs, scores)));
}
