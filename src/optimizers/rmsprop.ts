import { add, mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';
import { runningMean } from './running-mean.ts';
import type { UpdateRule } from './update-rule.ts';

type Slot = 'velocity' | 'momentum' | 'averageGradient';

/**
 * RMSProp (Tieleman and Hinton, 2012): gradients divided by the root of their running mean square, or, `centered`, of their running
 * variance (Graves, 2013). Keras' formula and defaults.
 */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  defaults: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  schema: { learningRate, rho: memory, momentum: z.number().min(0).max(1), epsilon },
  rule({ rho, momentum, epsilon, centered }): UpdateRule<Slot> {
    return {
      slots: ['velocity', ...(momentum > 0 ? (['momentum'] as const) : []), ...(centered ? (['averageGradient'] as const) : [])],
      update(weight, gradient, slots, at) {
        const velocity = runningMean(slots.velocity, square(gradient), rho);
        const averageGradient = centered ? runningMean(slots.averageGradient, gradient, rho) : gradient;
        const divisor = centered ? sub(velocity, square(averageGradient)) : velocity;
        const step = mul(mul(gradient, at.learningRate), rsqrt(add(divisor, epsilon)));
        const moved = momentum === 0 ? step : add(mul(slots.momentum, momentum), step);
        return { weight: sub(weight, moved), slots: { velocity, momentum: moved, averageGradient } };
      },
    };
  },
});
