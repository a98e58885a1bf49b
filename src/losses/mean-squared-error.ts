import { mean, mul, square, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { type LossFormula, meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

const formula: LossFormula = {
  value: (targets, predictions) => mean(square(sub(predictions, targets))),
  derivative: (targets, predictions) => mul(sub(predictions, targets), 2),
  count: (predictions) => predictions.size,
};

/** Mean of the squared differences over all outputs. */
export const meanSquaredError = defineLoss({
  name: 'meanSquaredError',
  defaults: {},
  create: () => ({
    name: 'meanSquaredError',
    compute: (targets, predictions) => tidy(() => meanLoss(formula, targetsLike(targets, predictions), predictions as Tensor2D)),
  }),
});
