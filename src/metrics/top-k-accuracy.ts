import { z } from 'zod';
import { DlError } from '../core/errors.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

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
      const { outputs } = features;
      if (k >= outputs) {
        throw new DlError('config', `topKAccuracy with k = ${k} is always 1 on ${outputs} classes; use a k below that.`);
      }
      return sampleMean((targets, predictions, i) => {
        const rank = rankOf(targets[i], predictions, i * outputs, outputs);
        return Number.isNaN(rank) ? rank : Number(rank < k);
      });
    },
  }),
});

/** How many classes come before `target` in the order of probability; NaN where a probability is. */
function rankOf(target: number, predictions: Float32Array, start: number, outputs: number): number {
  const probability = predictions[start + target];
  let rank = 0;
  for (let i = 0; i < outputs; i++) {
    const other = predictions[start + i];
    if (Number.isNaN(other)) return Number.NaN;
    if (other > probability || (other === probability && i < target)) rank++;
  }
  return rank;
}
