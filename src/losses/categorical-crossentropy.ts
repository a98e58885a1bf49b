import { z } from 'zod';
import { crossentropy, softmaxCrossentropy } from './crossentropy.ts';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import { smoothClasses } from './smooth-labels.ts';

/**
 * -sum(target * log(probability)). Targets: one probability per class `[batch, classes]`, or class numbers `[batch]`.
 * `labelSmoothing` takes that share of each target and spreads it over all classes (Szegedy et al., 2016).
 */
export const categoricalCrossentropy = defineLoss({
  name: 'categoricalCrossentropy',
  defaults: { labelSmoothing: 0 },
  schema: { labelSmoothing: z.number().min(0).max(1) },
  create: ({ labelSmoothing }) =>
    lossOf('categoricalCrossentropy', crossentropy, {
      fromLogits: { activation: 'softmax', formula: softmaxCrossentropy },
      prepare: smoothClasses(labelSmoothing),
    }),
});
