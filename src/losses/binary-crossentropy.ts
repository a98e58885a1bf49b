import { abs, add, div, exp, log, log1p, mean, mul, neg, relu, sigmoid, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { inside } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';
import { smoothAnswers } from './smooth-labels.ts';

const fromProbabilities: LossFormula = {
  value(targets, probabilities) {
    const yes = inside(probabilities);
    return neg(mean(add(mul(targets, log(yes)), mul(sub(1, targets), log(sub(1, yes))))));
  },
  derivative(targets, probabilities) {
    const yes = inside(probabilities);
    return div(sub(yes, targets), mul(yes, sub(1, yes)));
  },
  count: (probabilities) => probabilities.size,
};

const fromLogits: LossFormula = {
  // log(1 + e^x) - x t, written so that no exponential overflows.
  value: (targets, logits) => mean(add(sub(relu(logits), mul(logits, targets)), log1p(exp(neg(abs(logits)))))),
  derivative: (targets, logits) => sub(sigmoid(logits), targets),
  count: (logits) => logits.size,
};

/**
 * Crossentropy of independent yes/no answers, mean over all outputs. Targets: 0 or 1 `[batch, outputs]`, or class numbers `[batch]`.
 * `labelSmoothing` moves the targets by half of that share towards one half.
 */
export const binaryCrossentropy = defineLoss({
  name: 'binaryCrossentropy',
  defaults: { labelSmoothing: 0 },
  schema: { labelSmoothing: z.number().min(0).max(1) },
  create: ({ labelSmoothing }) =>
    lossOf('binaryCrossentropy', fromProbabilities, {
      fromLogits: { activation: 'sigmoid', formula: fromLogits },
      prepare: smoothAnswers(labelSmoothing),
    }),
});
