import { abs, mean, sign, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { type LossFormula, meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

const formula: LossFormula = {
  value: (targets, predictions) => mean(abs(sub(predictions, targets))),
  derivative: (targets, predictions) => sign(sub(predictions, targets)),
  count: (predictions) => predictions.size,
};

/** Mean of the absolute differences over all outputs: outliers weigh less than in the squared error. */
export const meanAbsoluteError = defineLoss({
  name: 'meanAbsoluteError',
  defaults: {},
  create: () => ({
    name: 'meanAbsoluteError',
    compute: (targets, predictions) => tidy(() => meanLoss(formula, targetsLike(targets, predictions), predictions as Tensor2D)),
  }),
});
