import { abs, div, maximum, mean, mul, sign, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (targets, predictions) => mul(mean(div(abs(sub(predictions, targets)), size(targets))), 100),
  derivative: (targets, predictions) => mul(div(sign(sub(predictions, targets)), size(targets)), 100),
  count: (predictions) => predictions.size,
};

/**
 * Mean of the absolute differences in per cent of the targets, over all outputs. For targets away from 0; standardised
 * ones are turned back before.
 */
export const meanAbsolutePercentageError = defineLoss({
  name: 'meanAbsolutePercentageError',
  defaults: {},
  create: () => lossOf('meanAbsolutePercentageError', formula, { units: 'original' }),
});

function size(targets: Tensor): Tensor {
  return maximum(abs(targets), 1e-7);
}
