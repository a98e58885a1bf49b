import { activationRange, roundActivation } from '../../packed/activation-range.ts';
import type { CalibrationMethod, ValueRange } from './calibration-method.ts';
import { candidateRanges } from './candidate-ranges.ts';
import { binCentres, type Histogram } from './histogram.ts';

/** The range with which rounding and cutting off together change the numbers least: mean squared error. */
export const mse: CalibrationMethod = {
  name: 'mse',
  range: ({ histogram }) => {
    const candidates = candidateRanges(histogram);
    const errors = candidates.map((candidate) => squaredError(histogram, candidate));
    return candidates[errors.indexOf(Math.min(...errors))];
  },
};

function squaredError(histogram: Histogram, { low, high }: ValueRange): number {
  const range = activationRange(low, high);
  return binCentres(histogram).reduce((sum, value, bin) => sum + histogram.counts[bin] * (value - roundActivation(value, range)) ** 2, 0);
}
