import { abs, add, div, maximum, mul, sub } from '@tensorflow/tfjs-core';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

/** Adam with the largest gradient in the place of the mean square (Kingma and Ba, 2015, section 7). Keras' formula and defaults. */
export const adamax = defineOptimizer({
  name: 'adamax',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schema: { learningRate, beta1: memory, beta2: memory, epsilon },
  rule: ({ beta1, beta2, epsilon }): UpdateRule<'momentum' | 'largest'> => ({
    slots: ['momentum', 'largest'],
    update(weight, gradient, slots, { learningRate, step }) {
      const momentum = runningMean(slots.momentum, gradient, beta1);
      const largest = maximum(mul(slots.largest, beta2), abs(gradient));
      const moved = div(mul(momentum, learningRate / (1 - beta1 ** step)), add(largest, epsilon));
      return { weight: sub(weight, moved), slots: { momentum, largest } };
    },
  }),
});
