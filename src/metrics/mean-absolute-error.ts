import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/** Mean absolute difference over all outputs, in the unit of the raw targets. */
export const meanAbsoluteError = defineMetric({
  name: 'meanAbsoluteError',
  defaults: {},
  create: () => ({
    name: 'meanAbsoluteError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('meanAbsoluteError', 'regression', features);
      const unit = features.targetScaling?.deviation ?? 1;
      let sum = 0;
      let count = 0;
      return {
        update(targets, predictions, size) {
          const values = size * features.outputs;
          for (let i = 0; i < values; i++) sum += Math.abs(predictions[i] - targets[i]);
          count += values;
        },
        result: () => (unit * sum) / count,
        reset() {
          sum = count = 0;
        },
        stateDict: () => [sum, count],
        loadStateDict(state) {
          [sum, count] = state as [number, number];
        },
      };
    },
  }),
});
