import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/** Mean absolute difference over all outputs, in the unit of the raw targets. */
export const meanAbsoluteError = defineMetric({
  name: 'meanAbsoluteError',
  defaults: {},
  create: () => ({
    name: 'meanAbsoluteError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('meanAbsoluteError', 'regression', features);
      const { outputs } = features;
      const unit = features.targetScaling?.deviation ?? 1;
      return sampleMean((targets, predictions, i) => {
        let sum = 0;
        for (let at = i * outputs; at < (i + 1) * outputs; at++) sum += unit * Math.abs(predictions[at] - targets[at]);
        return sum / outputs;
      });
    },
  }),
});
