import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/** Root of the mean squared difference, in the unit of the raw targets; several outputs are averaged, as in scikit-learn. */
export const rootMeanSquaredError = defineMetric({
  name: 'rootMeanSquaredError',
  defaults: {},
  create: () => ({
    name: 'rootMeanSquaredError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('rootMeanSquaredError', 'regression', features);
      const { outputs } = features;
      const unit = features.targetScaling?.deviation ?? 1;
      const squares = new Float64Array(outputs);
      let count = 0;
      return {
        update(targets, predictions, size) {
          for (let i = 0; i < size * outputs; i++) squares[i % outputs] += (predictions[i] - targets[i]) ** 2;
          count += size;
        },
        result: () => (unit * squares.reduce((sum, square) => sum + Math.sqrt(square / count), 0)) / outputs,
        reset() {
          squares.fill(0);
          count = 0;
        },
        stateDict: () => ({ squares: [...squares], count }),
        loadStateDict(state) {
          const saved = state as { squares: number[]; count: number };
          squares.set(saved.squares);
          count = saved.count;
        },
      };
    },
  }),
});
