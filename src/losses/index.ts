export { binaryCrossentropy } from './binary-crossentropy.ts';
export { builtinLosses } from './builtin-losses.ts';
export { categoricalCrossentropy } from './categorical-crossentropy.ts';
export { huber } from './huber.ts';
export { defineLoss, type Loss, type LossDefinition } from './loss.ts';
export { meanAbsoluteError } from './mean-absolute-error.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { sparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
