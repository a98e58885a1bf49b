import { classOf } from './class-of.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/** The share of samples whose most probable class is the right one. */
export const accuracy = defineMetric({
  name: 'accuracy',
  defaults: {},
  create: () => ({
    name: 'accuracy',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('accuracy', 'classification', features);
      return sampleMean((targets, predictions, i) => {
        const answer = classOf(predictions, i, features.outputs);
        return answer < 0 ? Number.NaN : Number(answer === targets[i]);
      });
    },
  }),
});
