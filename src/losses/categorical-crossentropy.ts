import { add, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { crossentropy, softmaxCrossentropy } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

/**
 * -sum(target * log(probability)). Targets: one probability per class `[batch, classes]`, or class numbers `[batch]`.
 * `labelSmoothing` takes that share of each target and spreads it over all classes (Szegedy et al., 2016).
 */
export const categoricalCrossentropy = defineLoss({
  name: 'categoricalCrossentropy',
  defaults: { labelSmoothing: 0 },
  schema: { labelSmoothing: z.number().min(0).max(1) },
  create({ labelSmoothing }) {
    const smooth = (targets: Tensor, predictions: Tensor): Tensor2D => {
      const exact = targetsLike(targets, predictions);
      return labelSmoothing === 0 ? exact : add(mul(exact, 1 - labelSmoothing), labelSmoothing / exact.shape[1]);
    };
    return {
      name: 'categoricalCrossentropy',
      logitsActivation: 'softmax',
      compute: (targets, predictions) => tidy(() => meanLoss(crossentropy, smooth(targets, predictions), predictions as Tensor2D)),
      computeFromLogits: (targets, logits) => tidy(() => meanLoss(softmaxCrossentropy, smooth(targets, logits), logits as Tensor2D)),
    };
  },
});
