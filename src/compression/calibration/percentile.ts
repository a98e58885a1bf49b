import type { CalibrationMethod } from './calibration-method.ts';

/** Cut off at each end: a hundredth of a percent. */
const share = 1e-4;

/** Between the 0.01th and the 99.99th percentile: the rarest numbers are cut off, so that the others are told apart more finely. */
export const percentile: CalibrationMethod = {
  name: 'percentile',
  range: ({ histogram: { low, high, counts } }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cut = (ordered: Float64Array) => {
      let left = share * total;
      return ordered.findIndex((count) => {
        left -= count;
        return left < 0;
      });
    };
    const width = (high - low) / counts.length;
    return { low: low + cut(counts) * width, high: high - cut(counts.slice().reverse()) * width };
  },
};
