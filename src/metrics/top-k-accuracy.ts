import { z } from 'zod';
import { DlError } from '../core/errors.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';

/** The share of samples whose right class is among the `k` most probable ones; of equal probabilities the first class wins. */
export const topKAccuracy = defineMetric({
  name: 'topKAccuracy',
  defaults: { k: 5 },
  schema: { k: z.number().int().min(1) },
  create: ({ k }) => ({
    name: 'topKAccuracy',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('topKAccuracy', 'classification', features);
      if (k >= features.outputs) {
        throw new DlError('config', `topKAccuracy with k = ${k} is always 1 on ${features.outputs} classes; use a k below that.`);
      }
      let right = 0;
      let count = 0;
      return {
        update(targets, predictions, size) {
          for (let i = 0; i < size; i++) if (rankOf(targets[i], predictions, i * features.outputs, features.outputs) < k) right++;
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

/** How many classes come before `target` in the order of probability. */
function rankOf(target: number, predictions: Float32Array, start: number, outputs: number): number {
  const probability = predictions[start + target];
  let rank = 0;
  for (let i = 0; i < outputs; i++) {
    const other = predictions[start + i];
    if (other > probability || (other === probability && i < target)) rank++;
  }
  return rank;
}
