export { catalogModels } from './catalog-models.ts';
export { createModel } from './create-model.ts';
export { defineModel, type ModelDefinition } from './define-model.ts';
export { initializeWeights } from './initialize-weights.ts';
export { lenet300100 } from './lenet-300-100.ts';
export { lenet5 } from './lenet5.ts';
export { lenet5Classic } from './lenet5-classic.ts';
export { mlp } from './mlp.ts';
export { type LayerSummary, type ModelSummary, summarize } from './summarize.ts';
