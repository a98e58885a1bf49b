import { mul, sign, sub } from '@tensorflow/tfjs-core';
import { defineOptimizer } from './define-optimizer.ts';
import { learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

/**
 * Lion (Chen et al., 2023): steps of one size, only their signs follow the gradients. Wants a rate 3 to 10 times smaller than Adam's and
 * as many times more weight decay. Keras' formula and defaults.
 */
export const lion = defineOptimizer({
  name: 'lion',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
  schema: { learningRate, beta1: memory, beta2: memory },
  rule: ({ beta1, beta2 }): UpdateRule<'momentum'> => ({
    slots: ['momentum'],
    update(weight, gradient, slots, { learningRate }) {
      const direction = sign(runningMean(slots.momentum, gradient, beta1));
      return { weight: sub(weight, mul(direction, learningRate)), slots: { momentum: runningMean(slots.momentum, gradient, beta2) } };
    },
  }),
});
