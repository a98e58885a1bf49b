import { clipByValue, div, exp, log, max, mean, mul, neg, softmax, sub, sum } from '@tensorflow/tfjs-core';
import type { LossFormula } from './mean-loss.ts';

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken, as in Keras. */
export const PROBABILITY_MARGIN = 1e-7;

/** -sum(target * log(probability)), mean over the samples. */
export const crossentropy: LossFormula = {
  value: (targets, probabilities) => neg(mean(sum(mul(targets, log(inside(probabilities))), 1))),
  derivative: (targets, probabilities) => neg(div(targets, inside(probabilities))),
  count: (probabilities) => probabilities.shape[0],
};

/** The same from logits: exact where a probability would round to 0. Every row of the targets sums to 1. */
export const softmaxCrossentropy: LossFormula = {
  value(targets, logits) {
    const shifted = sub(logits, max(logits, 1, true));
    return mean(sub(log(sum(exp(shifted), 1)), sum(mul(targets, shifted), 1)));
  },
  derivative: (targets, logits) => sub(softmax(logits), targets),
  count: (logits) => logits.shape[0],
};

/** `[batch, outputs]`, moved into [1e-7, 1 - 1e-7]. */
export function inside<T extends Parameters<typeof clipByValue>[0]>(probabilities: T) {
  return clipByValue(probabilities, PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN);
}
