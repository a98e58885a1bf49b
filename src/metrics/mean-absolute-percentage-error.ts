import { defineMetric } from './metric.ts';
import { rawValues } from './raw-values.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/**
 * Mean of the absolute differences as a share of the raw targets: 0.1 is 10 %, as in scikit-learn (Keras says 10).
 * A target of 0 makes it huge: for such data use another metric.
 */
export const meanAbsolutePercentageError = defineMetric({
  name: 'meanAbsolutePercentageError',
  defaults: {},
  create: () => ({
    name: 'meanAbsolutePercentageError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('meanAbsolutePercentageError', 'regression', features);
      const { outputs } = features;
      const raw = rawValues(features);
      return sampleMean((targets, predictions, i) => {
        let sum = 0;
        for (let at = i * outputs; at < (i + 1) * outputs; at++) {
          const target = raw(targets[at]);
          sum += Math.abs(target - raw(predictions[at])) / Math.max(Math.abs(target), Number.EPSILON);
        }
        return sum / outputs;
      });
    },
  }),
});
