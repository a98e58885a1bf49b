import { classOf } from './class-of.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/** The share of samples whose most probable class is the right one. */
export const accuracy = defineMetric({
  name: 'accuracy',
  defaults: {},
  create: () => ({
    name: 'accuracy',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('accuracy', 'classification', features);
      let right = 0;
      let count = 0;
      return {
        update(targets, predictions, size) {
          for (let i = 0; i < size; i++) if (classOf(predictions, i, features.outputs) === targets[i]) right++;
          count += size;
        },
        result: () => right / count,
        reset() {
          right = count = 0;
        },
        stateDict: () => [right, count],
        loadStateDict(state) {
          [right, count] = state as [number, number];
        },
      };
    },
  }),
});
