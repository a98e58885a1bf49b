import type { MetricAccumulator } from './metric.ts';

/** What one sample contributes; NaN makes the whole mean NaN. */
export type SampleValue = (targets: Int32Array | Float32Array, predictions: Float32Array, sample: number) => number;

/** Adds up one number per sample; the result is their mean. */
export function sampleMean(contribution: SampleValue): MetricAccumulator {
  let sum = 0;
  let count = 0;
  return {
    update(targets, predictions, size) {
      for (let i = 0; i < size; i++) sum += contribution(targets, predictions, i);
      count += size;
    },
    result: () => sum / count,
    reset() {
      sum = count = 0;
    },
    stateDict: () => [sum, count],
    loadStateDict(state) {
      [sum, count] = state as [number, number];
    },
  };
}
