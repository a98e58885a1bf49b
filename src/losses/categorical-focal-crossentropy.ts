import { div, exp, log, max, maximum, mean, mul, pow, softmax, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { inside, PROBABILITY_MARGIN } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';
import { smoothClasses } from './smooth-labels.ts';

/**
 * The crossentropy of classes, times alpha * (1 - probability)^gamma: what is right already counts little, so that the rare and difficult
 * is learned (Lin et al., 2017). Targets as `categoricalCrossentropy` has them.
 */
export const categoricalFocalCrossentropy = defineLoss({
  name: 'categoricalFocalCrossentropy',
  defaults: { alpha: 0.25, gamma: 2, labelSmoothing: 0 },
  schema: { alpha: z.number().positive(), gamma: z.number().min(0), labelSmoothing: z.number().min(0).max(1) },
  create({ alpha, gamma, labelSmoothing }) {
    const value = (targets: Tensor2D, probabilities: Tensor, logarithm: Tensor) =>
      mean(mul(sum(mul(mul(targets, logarithm), pow(sub(1, probabilities), gamma)), 1), -alpha)) as ReturnType<LossFormula['value']>;
    /** The derivative by the probabilities, times them. */
    const slope = (targets: Tensor2D, probabilities: Tensor, logarithm: Tensor) => {
      const rest = sub(1, probabilities);
      const ofFactor = mul(mul(mul(probabilities, gamma), pow(maximum(rest, PROBABILITY_MARGIN), gamma - 1)), logarithm);
      return mul(mul(targets, -alpha), sub(pow(rest, gamma), ofFactor));
    };
    const fromProbabilities: LossFormula = {
      value: (targets, predictions) => value(targets, inside(predictions), log(inside(predictions))),
      derivative: (targets, predictions) => div(slope(targets, inside(predictions), log(inside(predictions))), inside(predictions)),
      count: (predictions) => predictions.shape[0],
    };
    const fromLogits: LossFormula = {
      value: (targets, logits) => value(targets, softmax(logits), logSoftmax(logits)),
      derivative(targets, logits) {
        const probabilities = softmax(logits);
        const slopes = slope(targets, probabilities, logSoftmax(logits));
        return sub(slopes, mul(probabilities, sum(slopes, 1, true)));
      },
      count: (logits) => logits.shape[0],
    };
    return lossOf('categoricalFocalCrossentropy', fromProbabilities, {
      fromLogits: { activation: 'softmax', formula: fromLogits },
      prepare: smoothClasses(labelSmoothing),
    });
  },
});

function logSoftmax(logits: Tensor2D): Tensor {
  const shifted = sub(logits, max(logits, 1, true));
  return sub(shifted, log(sum(exp(shifted), 1, true)));
}
