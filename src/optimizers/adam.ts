import { adamRule } from './adam-rule.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { epsilon, learningRate, memory } from './option-schemas.ts';

/** Adam (Kingma and Ba, 2015): a rate of its own for every weight; `amsgrad` lets no rate grow again (Reddi et al., 2018). Keras' formula and defaults. */
export const adam = defineOptimizer({
  name: 'adam',
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false },
  schema: { learningRate, beta1: memory, beta2: memory, epsilon },
  rule: adamRule,
});
