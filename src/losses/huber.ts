import { clipByValue, mean, mul, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

/** Half the squared difference up to `delta`, beyond it growing only linearly (Huber, 1964). Mean over all outputs. */
export const huber = defineLoss({
  name: 'huber',
  defaults: { delta: 1 },
  schema: { delta: z.number().positive() },
  create({ delta }) {
    const formula: LossFormula = {
      value(targets, predictions) {
        const difference = sub(predictions, targets);
        const near = clipByValue(difference, -delta, delta);
        // near * difference - near^2 / 2 is both branches of Huber's formula.
        return mean(mul(near, sub(difference, mul(near, 0.5))));
      },
      derivative: (targets, predictions) => clipByValue(sub(predictions, targets), -delta, delta),
      count: (predictions) => predictions.size,
    };
    return lossOf('huber', formula);
  },
});
