import { type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { crossentropy, softmaxCrossentropy } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

/** -log of the probability given to the right class. Targets: class numbers `[batch]`. */
export const sparseCategoricalCrossentropy = defineLoss({
  name: 'sparseCategoricalCrossentropy',
  defaults: {},
  create: () => ({
    name: 'sparseCategoricalCrossentropy',
    logitsActivation: 'softmax',
    compute: (targets, predictions) => tidy(() => meanLoss(crossentropy, targetsLike(targets, predictions), predictions as Tensor2D)),
    computeFromLogits: (targets, logits) => tidy(() => meanLoss(softmaxCrossentropy, targetsLike(targets, logits), logits as Tensor2D)),
  }),
});
