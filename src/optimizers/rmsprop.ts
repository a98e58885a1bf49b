import { add, mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineOptimizer } from './optimizer.ts';
import { SlotOptimizer, type UpdateRule } from './slot-optimizer.ts';

/** RMSProp (Tieleman and Hinton, 2012): gradients divided by the root of their running mean square. Keras' formula and defaults. */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  defaults: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7 },
  schema: {
    learningRate: z.number().positive(),
    rho: z.number().min(0).lt(1),
    momentum: z.number().min(0).max(1),
    epsilon: z.number().positive(),
  },
  create({ learningRate, rho, momentum, epsilon }) {
    const rule: UpdateRule<'velocity' | 'momentum'> = {
      name: 'rmsprop',
      slots: momentum === 0 ? ['velocity'] : ['velocity', 'momentum'],
      update(weight, gradient, slots, at) {
        const velocity = add(mul(slots.velocity, rho), mul(square(gradient), 1 - rho));
        const step = mul(mul(gradient, at.learningRate), rsqrt(add(velocity, epsilon)));
        const moved = momentum === 0 ? step : add(mul(slots.momentum, momentum), step);
        return { weight: sub(weight, moved), slots: { velocity, momentum: moved } };
      },
    };
    return new SlotOptimizer(rule, learningRate);
  },
});
