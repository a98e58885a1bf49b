import { describe, expect, test } from 'vitest';
import type { Features } from '../../../src/data/features.ts';
import {
  accuracy,
  f1Score,
  type Metric,
  meanAbsoluteError,
  precision,
  r2,
  recall,
  rootMeanSquaredError,
  topKAccuracy,
} from '../../../src/metrics/index.ts';

const preprocessing = { kind: 'scale', scale: 1, offset: 0 } as const;
const fourClasses: Features = { task: 'classification', inputShape: [1], outputs: 4, outputNames: ['a', 'b', 'c', 'd'], preprocessing };
const twoNumbers: Features = { task: 'regression', inputShape: [1], outputs: 2, outputNames: ['x', 'y'], preprocessing };

// Drawn by numpy; the expected values were computed with scikit-learn 1.9.1. Class 3 is answered but never right.
const classes = Int32Array.from([2, 1, 1, 2, 1, 1, 1, 2, 0, 1, 0, 1, 1, 2, 0, 2, 0, 2, 0, 2, 0, 0, 0]);
const probabilities = Float32Array.from(
  [
    [0.286, 0.348, 0.178, 0.188, 0.66, 0.234, 0.101, 0.004, 0.001, 0.201, 0.737, 0.062, 0.067, 0.089, 0.631, 0.213, 0.092, 0.001, 0.163],
    [0.744, 0.121, 0.435, 0.388, 0.056, 0.125, 0.343, 0.069, 0.463, 0.287, 0.058, 0.577, 0.078, 0.174, 0.188, 0.515, 0.124, 0.164, 0.017],
    [0.442, 0.377, 0.563, 0.203, 0.057, 0.177, 0.318, 0.394, 0.056, 0.233, 0.044, 0.127, 0.322, 0.507, 0.237, 0.238, 0.12, 0.405, 0.183],
    [0.002, 0.439, 0.377, 0.031, 0.288, 0.293, 0.388, 0.55, 0.087, 0.352, 0.01, 0.824, 0.061, 0.068, 0.046, 0.184, 0.119, 0.13, 0.567],
    [0.001, 0.396, 0.511, 0.092, 0.211, 0.019, 0.133, 0.637, 0.262, 0.533, 0.154, 0.051, 0.751, 0.092, 0.013, 0.144],
  ].flat(),
);
const values = Float32Array.from([
  95.91, -0.6, 97.9, -9.31, 101.02, -1.81, 96.73, -12.63, 98.02, -1.88, 98.92, -1.8, 99.89, -2.23, 97.66, -2.57, 102.5, -0.06, 98.19, -5.64,
  101.83, -1.72, 96.44, -1.21, 101.64, -6.61, 103.67, -4.4, 98.49, -5.33, 101.13, -5.91, 99.69, -4.45,
]);
const predictedValues = Float32Array.from([
  97.01, 0.58, 99.18, -10.85, 101.14, -2.73, 96.8, -14.37, 99.82, -1.38, 97.19, -1.15, 101.23, -2.39, 100.04, -2.66, 104.92, -0.22, 99.78,
  -5.65, 102.6, -2.58, 95.65, -3.24, 99.39, -7.41, 102.43, -4.72, 98.42, -4.96, 98.67, -4.82, 99.15, -2.69,
]);

/** The result when the samples come in batches of `batchSize`. */
function judge(
  metric: Metric,
  features: Features,
  targets: Int32Array | Float32Array,
  predictions: Float32Array,
  batchSize: number,
): number {
  const accumulator = metric.accumulator(features);
  const width = features.task === 'classification' ? 1 : features.outputs;
  const samples = targets.length / width;
  for (let start = 0; start < samples; start += batchSize) {
    const end = Math.min(samples, start + batchSize);
    accumulator.update(
      targets.slice(start * width, end * width),
      predictions.slice(start * features.outputs, end * features.outputs),
      end - start,
    );
  }
  return accumulator.result();
}

describe.each([1, 5, 23, 100])('metrics equal those of scikit-learn, in batches of %i', (batchSize) => {
  test.each([
    [accuracy.create({}), 0.34782608695652173],
    [topKAccuracy.create({ k: 2 }), 0.6956521739130435],
    [precision.create({}), 0.3821428571428572],
    [recall.create({}), 0.26339285714285715],
    [f1Score.create({}), 0.3058608058608059],
  ])('$name', (metric, expected) => {
    expect(judge(metric, fourClasses, classes, probabilities, batchSize)).toBeCloseTo(expected, 12);
  });

  test.each([
    [meanAbsoluteError.create({}), 1.0626470588235293],
    [rootMeanSquaredError.create({}), 1.2785033518784024],
    [r2.create({}), 0.7110429980772791],
  ])('$name', (metric, expected) => {
    expect(judge(metric, twoNumbers, values, predictedValues, batchSize)).toBeCloseTo(expected, 6);
  });
});

test('errors are in the unit of the raw targets, r2 has none', () => {
  const scaled: Features = { ...twoNumbers, targetScaling: { mean: 5, deviation: 10 } };
  expect(judge(meanAbsoluteError.create({}), scaled, values, predictedValues, 4)).toBeCloseTo(10.626470588, 5);
  expect(judge(rootMeanSquaredError.create({}), scaled, values, predictedValues, 4)).toBeCloseTo(12.785033519, 5);
  expect(judge(r2.create({}), scaled, values, predictedValues, 4)).toBeCloseTo(0.711042998, 6);
});

test('the first of equally probable classes is the answer', () => {
  const equal = Float32Array.from([0.25, 0.25, 0.25, 0.25]);
  expect(judge(accuracy.create({}), fourClasses, Int32Array.of(0), equal, 1)).toBe(1);
  expect(judge(accuracy.create({}), fourClasses, Int32Array.of(1), equal, 1)).toBe(0);
  expect(judge(topKAccuracy.create({ k: 2 }), fourClasses, Int32Array.of(1), equal, 1)).toBe(1);
  expect(judge(topKAccuracy.create({ k: 2 }), fourClasses, Int32Array.of(2), equal, 1)).toBe(0);
});

test('a single output is the probability of class 1', () => {
  const yesOrNo: Features = { ...fourClasses, outputs: 1, outputNames: ['yes'] };
  expect(judge(accuracy.create({}), yesOrNo, Int32Array.of(1, 0, 1), Float32Array.of(0.9, 0.2, 0.4), 2)).toBeCloseTo(2 / 3, 12);
});

test('r2 of targets that do not vary is 1 for exact predictions and else 0', () => {
  const one: Features = { ...twoNumbers, outputs: 1, outputNames: ['x'] };
  expect(judge(r2.create({}), one, Float32Array.of(2, 2), Float32Array.of(2, 2), 2)).toBe(1);
  expect(judge(r2.create({}), one, Float32Array.of(2, 2), Float32Array.of(2, 3), 2)).toBe(0);
});

test('topKAccuracy refuses a k that is always right', () => {
  expect(() => topKAccuracy.create({ k: 4 }).accumulator(fourClasses)).toThrow('topKAccuracy with k = 4 is always 1 on 4 classes');
});
