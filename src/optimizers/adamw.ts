import { z } from 'zod';
import { adam } from './adam.ts';
import { adamRule } from './adam-rule.ts';
import { defineOptimizer } from './define-optimizer.ts';

/** Adam with weights that decay by `learningRate * weightDecay` at each step, apart from the gradient (Loshchilov and Hutter, 2019). */
export const adamw = defineOptimizer({
  name: 'adamw',
  defaults: { ...adam.defaults, weightDecay: 0.004 },
  schema: { ...adam.schema, weightDecay: z.number().min(0) },
  rule: adamRule,
});
