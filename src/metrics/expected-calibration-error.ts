import { z } from 'zod';
import { classOf } from './class-of.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/**
 * How far the probability of the answer is from how often such answers are right: 0 where of all answers given with 80 % four in five are.
 * Answers are put into `bins` of equal width by their probability, (0, 1/bins] first; the distances in the bins are averaged by
 * their samples (Guo et al., 2017).
 */
export const expectedCalibrationError = defineMetric({
  name: 'expectedCalibrationError',
  defaults: { bins: 15 },
  schema: { bins: z.number().int().min(1) },
  create: ({ bins }) => ({
    name: 'expectedCalibrationError',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('expectedCalibrationError', 'classification', features);
      const { outputs } = features;
      /** Per bin: what was right less what was promised. */
      const gaps = new Float64Array(bins);
      let count = 0;
      return {
        update(targets, predictions, size) {
          for (let i = 0; i < size; i++) {
            const answer = classOf(predictions, i, outputs);
            const probability = outputs > 1 ? predictions[i * outputs + answer] : Math.max(predictions[i], 1 - predictions[i]);
            const bin = Math.min(bins, Math.max(1, Math.ceil(probability * bins))) - 1;
            if (answer < 0) gaps.fill(Number.NaN);
            else gaps[bin] += Number(answer === targets[i]) - probability;
          }
          count += size;
        },
        result: () => gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / count,
        reset() {
          gaps.fill(0);
          count = 0;
        },
        stateDict: () => ({ gaps: [...gaps], count }),
        loadStateDict(state) {
          const saved = state as { gaps: number[]; count: number };
          gaps.set(saved.gaps);
          count = saved.count;
        },
      };
    },
  }),
});
