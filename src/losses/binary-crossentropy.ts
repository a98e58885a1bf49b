import { abs, add, div, exp, log, log1p, mean, mul, neg, relu, sigmoid, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { inside } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { type LossFormula, meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

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

/** Crossentropy of independent yes/no answers, mean over all outputs. Targets: 0 or 1 `[batch, outputs]`, or class numbers `[batch]`. */
export const binaryCrossentropy = defineLoss({
  name: 'binaryCrossentropy',
  defaults: {},
  create: () => ({
    name: 'binaryCrossentropy',
    logitsActivation: 'sigmoid',
    compute: (targets, predictions) => tidy(() => meanLoss(fromProbabilities, targetsLike(targets, predictions), predictions as Tensor2D)),
    computeFromLogits: (targets, logits) => tidy(() => meanLoss(fromLogits, targetsLike(targets, logits), logits as Tensor2D)),
  }),
});
