import { add, clipByValue, div, log, mean, mul, neg, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { PROBABILITY_MARGIN, softmaxCrossentropy } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const fromProbabilities: LossFormula = {
  value: (targets, probabilities) => mean(sum(mul(positive(targets), log(div(positive(targets), positive(probabilities)))), 1)),
  derivative: (targets, probabilities) => neg(div(positive(targets), positive(probabilities))),
  count: (probabilities) => probabilities.shape[0],
};

const fromLogits: LossFormula = {
  ...softmaxCrossentropy,
  value: (targets, logits) => add(softmaxCrossentropy.value(targets, logits), mean(sum(mul(targets, log(positive(targets))), 1))),
};

/**
 * How far the probabilities are from those wanted (Kullback and Leibler, 1951): sum(target * log(target / probability)), mean over the
 * samples. The crossentropy less what no model can reach; the gradients are the same. Targets: probabilities `[batch, classes]`.
 */
export const klDivergence = defineLoss({
  name: 'klDivergence',
  defaults: {},
  create: () => lossOf('klDivergence', fromProbabilities, { fromLogits: { activation: 'softmax', formula: fromLogits } }),
});

function positive(values: Tensor2D): Tensor {
  return clipByValue(values, PROBABILITY_MARGIN, 1);
}
