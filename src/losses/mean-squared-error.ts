import { mean, mul, square, sub } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (targets, predictions) => mean(square(sub(predictions, targets))),
  derivative: (targets, predictions) => mul(sub(predictions, targets), 2),
  count: (predictions) => predictions.size,
};

/** Mean of the squared differences over all outputs. */
export const meanSquaredError = defineLoss({
  name: 'meanSquaredError',
  defaults: {},
  create: () => lossOf('meanSquaredError', formula),
});
