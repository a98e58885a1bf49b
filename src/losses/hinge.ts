import { cast, less, mean, mul, neg, relu, sub } from '@tensorflow/tfjs-core';
import { asSigns } from './as-signs.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (signs, scores) => mean(relu(sub(1, mul(signs, scores)))),
  derivative: (signs, scores) => mul(neg(signs), cast(less(mul(signs, scores), 1), 'float32')),
  count: (scores) => scores.size,
};

/**
 * What a score lacks to be 1 beyond the border, on its side: the loss of support vector machines, mean over all outputs.
 * For a model that ends without an activation. Targets: 0 or 1, or -1 or 1 `[batch, outputs]`, or class numbers `[batch]`.
 */
export const hinge = defineLoss({
  name: 'hinge',
  defaults: {},
  create: () => lossOf('hinge', formula, { prepare: asSigns }),
});
