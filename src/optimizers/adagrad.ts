import { add, mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate } from './option-schemas.ts';
import type { UpdateRule } from './update-rule.ts';

/** Adagrad (Duchi et al., 2011): gradients divided by the root of the sum of all their squares; rates only fall. Keras' formula and defaults. */
export const adagrad = defineOptimizer({
  name: 'adagrad',
  defaults: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  schema: { learningRate, initialAccumulatorValue: z.number().min(0), epsilon },
  rule: ({ initialAccumulatorValue, epsilon }): UpdateRule<'accumulator'> => ({
    slots: ['accumulator'],
    initialValue: initialAccumulatorValue,
    update(weight, gradient, slots, { learningRate }) {
      const accumulator = add(slots.accumulator, square(gradient));
      return { weight: sub(weight, mul(mul(gradient, learningRate), rsqrt(add(accumulator, epsilon)))), slots: { accumulator } };
    },
  }),
});
