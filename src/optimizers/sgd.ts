import { add, mul, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { sgdMomentumStep, sgdStep } from '../backend/wasm/optimizer-steps.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { learningRate } from './option-schemas.ts';
import type { UpdateRule } from './update-rule.ts';

/** Stochastic gradient descent with momentum (Polyak, 1964), on request Nesterov's (1983). Keras' formula. */
export const sgd = defineOptimizer({
  name: 'sgd',
  defaults: { learningRate: 0.01, momentum: 0, nesterov: false },
  schema: { learningRate, momentum: z.number().min(0).max(1) },
  rule({ momentum, nesterov }) {
    const plain: UpdateRule<never> = {
      slots: [],
      update: (weight, gradient, _, at) => ({ weight: sub(weight, mul(gradient, at.learningRate)), slots: {} }),
      updateInPlace: (weight, gradient, _, at) => at.decay === 1 && sgdStep(weight, gradient, at.learningRate),
    };
    const withMomentum: UpdateRule<'momentum'> = {
      slots: ['momentum'],
      update(weight, gradient, slots, at) {
        const step = mul(gradient, at.learningRate);
        const velocity = sub(mul(slots.momentum, momentum), step);
        return { weight: add(weight, nesterov ? sub(mul(velocity, momentum), step) : velocity), slots: { momentum: velocity } };
      },
      updateInPlace: (weight, gradient, slots, at) =>
        at.decay === 1 && sgdMomentumStep(weight, gradient, slots.momentum, { learningRate: at.learningRate, momentum, nesterov }),
    };
    return momentum === 0 ? plain : withMomentum;
  },
});
