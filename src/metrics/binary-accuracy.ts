import { z } from 'zod';
import { classOf } from './class-of.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { requireTwoClasses } from './require-two-classes.ts';
import { sampleMean } from './sample-mean.ts';

/** The share of right answers, of two classes, where the second one is answered from a probability above `threshold` on. */
export const binaryAccuracy = defineMetric({
  name: 'binaryAccuracy',
  defaults: { threshold: 0.5 },
  schema: { threshold: z.number().min(0).max(1) },
  create: ({ threshold }) => ({
    name: 'binaryAccuracy',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('binaryAccuracy', 'classification', features);
      requireTwoClasses('binaryAccuracy', features);
      return sampleMean((targets, predictions, i) => {
        const answer = classOf(predictions, i, features.outputs, threshold);
        return answer < 0 ? Number.NaN : Number(answer === targets[i]);
      });
    },
  }),
});
