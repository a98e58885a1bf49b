import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/** Mean squared difference over all outputs, in the squared unit of the raw targets. */
export const meanSquaredError = defineMetric({
  name: 'meanSquaredError',
  defaults: {},
  create: () => ({
    name: 'meanSquaredError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('meanSquaredError', 'regression', features);
      const { outputs } = features;
      const unit = features.targetScaling?.deviation ?? 1;
      return sampleMean((targets, predictions, i) => {
        let sum = 0;
        for (let at = i * outputs; at < (i + 1) * outputs; at++) sum += (unit * (predictions[at] - targets[at])) ** 2;
        return sum / outputs;
      });
    },
  }),
});
