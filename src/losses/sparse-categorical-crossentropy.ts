import { crossentropy, softmaxCrossentropy } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';

/** -log of the probability given to the right class. Targets: class numbers `[batch]`. */
export const sparseCategoricalCrossentropy = defineLoss({
  name: 'sparseCategoricalCrossentropy',
  defaults: {},
  create: () =>
    lossOf('sparseCategoricalCrossentropy', crossentropy, { fromLogits: { activation: 'softmax', formula: softmaxCrossentropy } }),
});
