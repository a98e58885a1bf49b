import { describe, expect, it } from 'vitest';
import type { ObservedValues } from '../../../src/compression/calibration/calibration-method.ts';
import { calibrationMethods } from '../../../src/compression/calibration/calibration-methods.ts';
import { countValues, emptyHistogram } from '../../../src/compression/calibration/histogram.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { findByName } from '../../../src/core/registry.ts';
import { activationRange, roundActivation } from '../../../src/packed/activation-range.ts';

/** What a calibration sees of these batches. */
function observe(batches: readonly Float32Array[]): ObservedValues {
  const ranges = batches.map((values) => ({ low: Math.min(...values), high: Math.max(...values) }));
  const histogram = emptyHistogram(Math.min(...ranges.map(({ low }) => low)), Math.max(...ranges.map(({ high }) => high)));
  for (const values of batches) countValues(histogram, values);
  return { batches: ranges, histogram };
}

const rangeBy = (name: string, observed: ObservedValues) => findByName('calibration', calibrationMethods, name).range(observed);

/** Activations behind a ReLU: half of them 0, one of them far away. */
const random = new RandomStream(0);
const batches = Array.from({ length: 20 }, () => Float32Array.from({ length: 1000 }, () => Math.max(0, random.normal())));
batches[7][0] = 40;
const observed = observe(batches);

it('a histogram counts every value but 0 once', () => {
  const others = batches.reduce((sum, values) => sum + values.filter((value) => value !== 0).length, 0);
  expect(observed.histogram.counts.reduce((a, b) => a + b)).toBe(others);
  expect(observed.histogram.counts.at(-1)).toBe(1);
  const constant = observe([new Float32Array(10).fill(2)]);
  expect(constant.histogram.counts[0]).toBe(10);
});

describe.each(calibrationMethods.map(({ name }) => name))('%s', (name) => {
  it('gives a range inside of what was seen', () => {
    const { low, high } = rangeBy(name, observed);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(1);
    expect(high).toBeLessThanOrEqual(40);
  });

  it('takes values that are all the same', () => {
    for (const value of [0, 3, -2]) {
      const { low, high } = rangeBy(name, observe([new Float32Array(10).fill(value)]));
      const { scale, zeroPoint } = activationRange(low, high);
      expect(Number.isFinite(scale) && zeroPoint >= 0 && zeroPoint <= 127).toBe(true);
      expect(roundActivation(value, { scale, zeroPoint })).toBeCloseTo(value, 1);
    }
  });
});

it('minMax cuts off nothing; percentile, entropy and movingAverage the outlier', () => {
  expect(rangeBy('minMax', observed)).toEqual({ low: 0, high: 40 });
  for (const name of ['percentile', 'entropy']) expect([name, rangeBy(name, observed).high < 10]).toEqual([name, true]);
  expect(rangeBy('movingAverage', observed).high).toBeLessThan(6);
});

it('mse gives the least squared error of all', () => {
  const error = (name: string) => {
    const { low, high } = rangeBy(name, observed);
    const range = activationRange(low, high);
    return batches.flatMap((values) => [...values]).reduce((sum, value) => sum + (value - roundActivation(value, range)) ** 2, 0);
  };
  for (const { name } of calibrationMethods) expect(error('mse')).toBeLessThanOrEqual(1.02 * error(name));
});
