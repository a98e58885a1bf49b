import { abs, add, exp, log1p, mean, mul, sub, tanh } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value(targets, predictions) {
    const distance = abs(sub(predictions, targets));
    // log(cosh(x)) = |x| + log(1 + e^(-2|x|)) - log 2: no exponential overflows.
    return mean(sub(add(distance, log1p(exp(mul(distance, -2)))), Math.LN2));
  },
  derivative: (targets, predictions) => tanh(sub(predictions, targets)),
  count: (predictions) => predictions.size,
};

/** log(cosh(difference)), mean over all outputs: half the square near the target, the distance far from it, without `huber`'s seam. */
export const logCosh = defineLoss({
  name: 'logCosh',
  defaults: {},
  create: () => lossOf('logCosh', formula),
});
