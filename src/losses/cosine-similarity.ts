import { div, maximum, mean, mul, neg, sqrt, square, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (targets, predictions) => neg(mean(cosine(targets, predictions, false))),
  derivative(targets, predictions) {
    const along = mul(direction(predictions), cosine(targets, predictions, true));
    return div(sub(along, direction(targets)), length(predictions));
  },
  count: (predictions) => predictions.shape[0],
};

/** Minus the cosine of the angle between outputs and targets, mean over the samples: -1 is the same direction, lengths do not matter. */
export const cosineSimilarity = defineLoss({
  name: 'cosineSimilarity',
  defaults: {},
  create: () => lossOf('cosineSimilarity', formula),
});

function cosine(targets: Tensor2D, predictions: Tensor2D, keepDims: boolean): Tensor {
  return sum(mul(direction(targets), direction(predictions)), 1, keepDims);
}

function direction(rows: Tensor2D): Tensor {
  return div(rows, length(rows));
}

/** `[batch, 1]`, not below 1e-12. */
function length(rows: Tensor2D): Tensor {
  return sqrt(maximum(sum(square(rows), 1, true), 1e-24));
}
