import type { CalibrationMethod } from './calibration-method.ts';

/** The share that the batches before keep. Few batches are seen, so it is smaller than in training. */
const momentum = 0.9;

/** A running mean of the batches' smallest and largest numbers (Jacob et al., 2018): single outliers count little. */
export const movingAverage: CalibrationMethod = {
  name: 'movingAverage',
  range: ({ batches }) =>
    batches.reduce((mean, { low, high }) => ({
      low: momentum * mean.low + (1 - momentum) * low,
      high: momentum * mean.high + (1 - momentum) * high,
    })),
};
