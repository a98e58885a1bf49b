import { add, mul, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { sgdMomentumStep, sgdStep } from '../backend/wasm/optimizer-steps.ts';
import { defineOptimizer } from './optimizer.ts';
import { SlotOptimizer, type UpdateRule } from './slot-optimizer.ts';

/** Stochastic gradient descent with momentum (Polyak, 1964), on request Nesterov's (1983). Keras' formula. */
export const sgd = defineOptimizer({
  name: 'sgd',
  defaults: { learningRate: 0.01, momentum: 0, nesterov: false },
  schema: { learningRate: z.number().positive(), momentum: z.number().min(0).max(1) },
  create({ learningRate, momentum, nesterov }) {
    const plain: UpdateRule<never> = {
      name: 'sgd',
      slots: [],
      update: (weight, gradient, _, at) => ({ weight: sub(weight, mul(gradient, at.learningRate)), slots: {} }),
      updateInPlace: (weight, gradient, _, at) => sgdStep(weight, gradient, at.learningRate),
    };
    const withMomentum: UpdateRule<'momentum'> = {
      name: 'sgd',
      slots: ['momentum'],
      update(weight, gradient, slots, at) {
        const step = mul(gradient, at.learningRate);
        const velocity = sub(mul(slots.momentum, momentum), step);
        return { weight: add(weight, nesterov ? sub(mul(velocity, momentum), step) : velocity), slots: { momentum: velocity } };
      },
      updateInPlace: (weight, gradient, slots, { learningRate }) =>
        sgdMomentumStep(weight, gradient, slots.momentum, { learningRate, momentum, nesterov }),
    };
    return momentum === 0 ? new SlotOptimizer(plain, learningRate) : new SlotOptimizer(withMomentum, learningRate);
  },
});
