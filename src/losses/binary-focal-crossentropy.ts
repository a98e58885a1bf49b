import {
  abs,
  add,
  div,
  exp,
  log,
  log1p,
  maximum,
  mean,
  mul,
  neg,
  pow,
  relu,
  type Scalar,
  sigmoid,
  sub,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { inside, PROBABILITY_MARGIN } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';
import { smoothAnswers } from './smooth-labels.ts';

/**
 * The crossentropy of yes/no answers, times (1 - probability of the right one)^gamma: what is right already counts little (Lin et al., 2017).
 * `applyClassBalancing` multiplies by `alpha` where the target is 1 and by 1 - `alpha` where it is 0. Targets as `binaryCrossentropy` has them.
 */
export const binaryFocalCrossentropy = defineLoss({
  name: 'binaryFocalCrossentropy',
  defaults: { gamma: 2, applyClassBalancing: false, alpha: 0.25, labelSmoothing: 0 },
  schema: { gamma: z.number().min(0), alpha: z.number().min(0).max(1), labelSmoothing: z.number().min(0).max(1) },
  create({ gamma, applyClassBalancing, alpha, labelSmoothing }) {
    const balance = (targets: Tensor2D, values: Tensor) =>
      applyClassBalancing ? mul(values, add(mul(targets, 2 * alpha - 1), 1 - alpha)) : values;
    const value = (targets: Tensor2D, yes: Tensor, crossentropy: Tensor) =>
      mean(balance(targets, mul(crossentropy, pow(wrongness(targets, yes), gamma)))) as Scalar;
    /** The derivative by the probabilities, times p (1 - p). */
    const slope = (targets: Tensor2D, yes: Tensor, crossentropy: Tensor) => {
      const wrong = wrongness(targets, yes);
      const ofCrossentropy = mul(pow(wrong, gamma), sub(yes, targets));
      const ofFactor = mul(
        mul(mul(pow(maximum(wrong, PROBABILITY_MARGIN), gamma - 1), gamma), mul(sub(1, mul(targets, 2)), crossentropy)),
        spread(yes),
      );
      return balance(targets, add(ofCrossentropy, ofFactor));
    };
    const fromProbabilities: LossFormula = {
      value: (targets, predictions) => value(targets, inside(predictions), crossentropyOf(targets, inside(predictions))),
      derivative(targets, predictions) {
        const yes = inside(predictions);
        return div(slope(targets, yes, crossentropyOf(targets, yes)), spread(yes));
      },
      count: (predictions) => predictions.size,
    };
    const fromLogits: LossFormula = {
      value: (targets, logits) => value(targets, sigmoid(logits), crossentropyOfLogits(targets, logits)),
      derivative: (targets, logits) => slope(targets, sigmoid(logits), crossentropyOfLogits(targets, logits)),
      count: (logits) => logits.size,
    };
    return lossOf('binaryFocalCrossentropy', fromProbabilities, {
      fromLogits: { activation: 'sigmoid', formula: fromLogits },
      prepare: smoothAnswers(labelSmoothing),
    });
  },
});

/** The probability given to the wrong answer: t (1 - p) + (1 - t) p. */
function wrongness(targets: Tensor, yes: Tensor): Tensor {
  return add(mul(targets, sub(1, mul(yes, 2))), yes);
}

function spread(yes: Tensor): Tensor {
  return mul(yes, sub(1, yes));
}

function crossentropyOf(targets: Tensor, yes: Tensor): Tensor {
  return neg(add(mul(targets, log(yes)), mul(sub(1, targets), log(sub(1, yes)))));
}

function crossentropyOfLogits(targets: Tensor, logits: Tensor): Tensor {
  return add(sub(relu(logits), mul(logits, targets)), log1p(exp(neg(abs(logits)))));
}
