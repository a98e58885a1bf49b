import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

/** Adam that looks ahead along its momentum, as Nesterov does (Dozat, 2016). Keras' formula and defaults. */
export const nadam = defineOptimizer({
  name: 'nadam',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schema: { learningRate, beta1: memory, beta2: memory, epsilon },
  rule({ beta1, beta2, epsilon }): UpdateRule<'momentum' | 'velocity'> {
    const share = (step: number) => beta1 * (1 - 0.5 * 0.96 ** step);
    const products = [1];
    /** The product of all shares up to a step: state in Keras, but it follows from the step. */
    const product = (step: number) => {
      while (products.length <= step) products.push(products[products.length - 1] * share(products.length));
      return products[step];
    };
    return {
      slots: ['momentum', 'velocity'],
      update(weight, gradient, slots, { learningRate, step }) {
        const momentum = runningMean(slots.momentum, gradient, beta1);
        const velocity = runningMean(slots.velocity, square(gradient), beta2);
        const ahead = mul(momentum, share(step + 1) / (1 - product(step + 1)));
        const direction = add(ahead, mul(gradient, (1 - share(step)) / (1 - product(step))));
        const size = add(sqrt(mul(velocity, 1 / (1 - beta2 ** step))), epsilon);
        return { weight: sub(weight, div(mul(direction, learningRate), size)), slots: { momentum, velocity } };
      },
    };
  },
});
