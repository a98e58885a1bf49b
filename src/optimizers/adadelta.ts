import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

/**
 * Adadelta (Zeiler, 2012): steps as large as the running size of earlier steps, divided by that of the gradients. Keras' formula and
 * defaults; the paper's rate is 1.
 */
export const adadelta = defineOptimizer({
  name: 'adadelta',
  defaults: { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 },
  schema: { learningRate, rho: memory, epsilon },
  rule({ rho, epsilon }): UpdateRule<'squaredGradient' | 'squaredStep'> {
    const size = (squares: Tensor) => sqrt(add(squares, epsilon));
    return {
      slots: ['squaredGradient', 'squaredStep'],
      update(weight, gradient, slots, { learningRate }) {
        const squaredGradient = runningMean(slots.squaredGradient, square(gradient), rho);
        const step = div(mul(size(slots.squaredStep), gradient), size(squaredGradient));
        const squaredStep = runningMean(slots.squaredStep, square(step), rho);
        return { weight: sub(weight, mul(step, learningRate)), slots: { squaredGradient, squaredStep } };
      },
    };
  },
});
