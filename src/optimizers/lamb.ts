import { add, div, greater, mul, onesLike, sqrt, square, sub, sum, type Tensor, where } from '@tensorflow/tfjs-core';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

/**
 * LAMB (You et al., 2020): Adam's direction, in each weight tensor as long as the tensor itself, for large batches.
 * Keras' formula and defaults: a weight decay acts before the step and is no part of its length.
 */
export const lamb = defineOptimizer({
  name: 'lamb',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schema: { learningRate, beta1: memory, beta2: memory, epsilon },
  rule: ({ beta1, beta2, epsilon }): UpdateRule<'momentum' | 'velocity'> => ({
    slots: ['momentum', 'velocity'],
    update(weight, gradient, slots, { learningRate, step }) {
      const momentum = runningMean(slots.momentum, gradient, beta1);
      const velocity = runningMean(slots.velocity, square(gradient), beta2);
      const size = add(sqrt(mul(velocity, 1 / (1 - beta2 ** step))), epsilon);
      const direction = div(mul(momentum, 1 / (1 - beta1 ** step)), size);
      return { weight: sub(weight, mul(direction, mul(trust(weight, direction), learningRate))), slots: { momentum, velocity } };
    },
  }),
});

/** The length of the weight by that of its step; 1 where either is 0. */
function trust(weight: Tensor, direction: Tensor): Tensor {
  const [weightNorm, stepNorm] = [weight, direction].map((tensor) => sqrt(sum(square(tensor))));
  return where(greater(mul(weightNorm, stepNorm), 0), div(weightNorm, stepNorm), onesLike(stepNorm));
}
