import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/**
 * The share of the targets' variance that the predictions explain: 1 is perfect, 0 is no better than always saying the mean.
 * Several outputs are averaged. Where the targets do not vary it is 1 for exact predictions and else 0, as in scikit-learn.
 */
export const r2 = defineMetric({
  name: 'r2',
  defaults: {},
  create: () => ({
    name: 'r2',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('r2', 'regression', features);
      const { outputs } = features;
      const mean = new Float64Array(outputs);
      const variation = new Float64Array(outputs);
      const unexplained = new Float64Array(outputs);
      let count = 0;
      return {
        update(targets, predictions, size) {
          for (let i = 0; i < size; i++) {
            count++;
            for (let o = 0; o < outputs; o++) {
              const target = targets[i * outputs + o];
              // Running mean and variation (Welford, 1962): stable for targets far from 0.
              const before = target - mean[o];
              mean[o] += before / count;
              variation[o] += before * (target - mean[o]);
              unexplained[o] += (target - predictions[i * outputs + o]) ** 2;
            }
          }
        },
        result() {
          if (count < 2) return Number.NaN;
          return unexplained.reduce((sum, rest, o) => sum + explained(rest, variation[o]), 0) / outputs;
        },
        reset() {
          for (const sums of [mean, variation, unexplained]) sums.fill(0);
          count = 0;
        },
        stateDict: () => ({ sums: [mean, variation, unexplained].map((sums) => [...sums]), count }),
        loadStateDict(state) {
          const saved = state as { sums: number[][]; count: number };
          for (const [i, sums] of [mean, variation, unexplained].entries()) sums.set(saved.sums[i]);
          count = saved.count;
        },
      };
    },
  }),
});

function explained(rest: number, variation: number): number {
  if (variation === 0) return rest === 0 ? 1 : 0;
  return 1 - rest / variation;
}
