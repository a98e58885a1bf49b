import { activationRange, quantizeActivation } from '../../packed/activation-range.ts';
import type { CalibrationMethod, ValueRange } from './calibration-method.ts';
import { candidateRanges } from './candidate-ranges.ts';
import { binCentres, type Histogram } from './histogram.ts';

/**
 * The range with which the distribution of the numbers loses least information (Kullback-Leibler divergence; Migacz, "8-bit inference
 * with TensorRT", 2017): the histogram cut to the range, against the same spread evenly over what each whole number stands for.
 */
export const entropy: CalibrationMethod = {
  name: 'entropy',
  range: ({ histogram }) => {
    const candidates = candidateRanges(histogram);
    const losses = candidates.map((candidate) => divergence(histogram, candidate));
    return candidates[losses.indexOf(Math.min(...losses))];
  },
};

function divergence(histogram: Histogram, { low, high }: ValueRange): number {
  const range = activationRange(low, high);
  const inside = Array.from(binCentres(histogram), (value, bin) => ({ value, count: histogram.counts[bin] }))
    .filter(({ value }) => value >= low && value <= high)
    .map(({ value, count }) => ({ number: quantizeActivation(value, range), count, cut: count }));
  if (inside.length === 0) return Number.POSITIVE_INFINITY;
  // What is cut off is counted at the ends of the reference, not of what it is compared with: cutting off costs.
  const below = sumOf(histogram, (value) => value < low);
  const above = sumOf(histogram, (value) => value > high);
  inside[0].cut += below;
  inside[inside.length - 1].cut += above;
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  const kept = total - below - above;
  const perNumber = new Map<number, { count: number; bins: number }>();
  for (const { number, count } of inside) {
    const one = perNumber.get(number) ?? { count: 0, bins: 0 };
    perNumber.set(number, { count: one.count + count, bins: one.bins + (count > 0 ? 1 : 0) });
  }
  return inside.reduce((sum, { number, count, cut }) => {
    if (cut === 0) return sum;
    const { count: all, bins } = perNumber.get(number) as { count: number; bins: number };
    const [p, q] = [cut / total, count > 0 ? all / bins / kept : 1e-12];
    return sum + p * Math.log(p / q);
  }, 0);
}

function sumOf(histogram: Histogram, matches: (value: number) => boolean): number {
  return binCentres(histogram).reduce((sum, value, bin) => sum + (matches(value) ? histogram.counts[bin] : 0), 0);
}
