import { z } from 'zod';
import { adamRule } from './adam-rule.ts';
import { defineOptimizer } from './optimizer.ts';
import { SlotOptimizer } from './slot-optimizer.ts';

/** Adam (Kingma and Ba, 2015): a rate of its own for every weight. Keras' formula and defaults. */
export const adam = defineOptimizer({
  name: 'adam',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schema: {
    learningRate: z.number().positive(),
    beta1: z.number().min(0).lt(1),
    beta2: z.number().min(0).lt(1),
    epsilon: z.number().positive(),
  },
  create: ({ learningRate, ...options }) => new SlotOptimizer(adamRule('adam', options, 0), learningRate),
});
