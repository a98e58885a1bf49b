import { abs, mean, sign, sub } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (targets, predictions) => mean(abs(sub(predictions, targets))),
  derivative: (targets, predictions) => sign(sub(predictions, targets)),
  count: (predictions) => predictions.size,
};

/** Mean of the absolute differences over all outputs: outliers weigh less than in the squared error. */
export const meanAbsoluteError = defineLoss({
  name: 'meanAbsoluteError',
  defaults: {},
  create: () => lossOf('meanAbsoluteError', formula),
});
