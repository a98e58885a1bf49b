import type { CalibrationMethod } from './calibration-method.ts';

/** From the smallest to the largest number that was seen: nothing is cut off. */
export const minMax: CalibrationMethod = {
  name: 'minMax',
  range: ({ batches }) => ({ low: Math.min(...batches.map(({ low }) => low)), high: Math.max(...batches.map(({ high }) => high)) }),
};
