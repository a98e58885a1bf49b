import { add, cast, div, greater, log1p, maximum, mean, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

/** Smaller values count as this, as in Keras. */
const least = 1e-7;

const formula: LossFormula = {
  value: (targets, predictions) => mean(square(difference(targets, predictions))),
  derivative: (targets, predictions) =>
    mul(div(mul(difference(targets, predictions), 2), add(predictions, 1)), cast(greater(predictions, least), 'float32')),
  count: (predictions) => predictions.size,
};

/**
 * Mean of the squared differences of log(1 + value): ratios count, not distances. For targets above 0; standardised ones
 * are turned back before. Outputs below 0 count as 0 and get no gradient.
 */
export const meanSquaredLogarithmicError = defineLoss({
  name: 'meanSquaredLogarithmicError',
  defaults: {},
  create: () => lossOf('meanSquaredLogarithmicError', formula, { units: 'original' }),
});

function difference(targets: Tensor, predictions: Tensor): Tensor {
  return sub(log1p(maximum(predictions, least)), log1p(maximum(targets, least)));
}
