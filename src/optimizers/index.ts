export { adam } from './adam.ts';
export { adamw } from './adamw.ts';
export { builtinOptimizers } from './builtin-optimizers.ts';
export { defineOptimizer, type Optimizer, type OptimizerDefinition, type OptimizerState } from './optimizer.ts';
export { rmsprop } from './rmsprop.ts';
export { sgd } from './sgd.ts';
