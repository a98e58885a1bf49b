import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { winogradConv2d } from '../../../src/kernels/reference/winograd-conv2d.ts';
import { winogradTransforms } from '../../../src/kernels/winograd/cook-toom.ts';
import { add, type Rational, rational, times, toNumber, zero } from '../../../src/kernels/winograd/rational.ts';
import { winogradErrorBound, winogradSavings } from '../../../src/kernels/winograd/winograd-error.ts';
import { winogradMatrices } from '../../../src/kernels/winograd/winograd-matrices.ts';

const applied = (matrix: readonly (readonly Rational[])[], vector: readonly Rational[]) =>
  matrix.map((row) => row.reduce((sum, value, i) => add(sum, times(value, vector[i])), zero));

describe('winogradTransforms', () => {
  it.each([
    [1, 1],
    [2, 1],
    [1, 3],
    [2, 3],
    [4, 3],
    [6, 3],
    [3, 2],
    [2, 5],
    [4, 5],
    [8, 3],
    [4, 7],
  ])('F(%i, %i) filters exactly, with as many multiplications as it has inputs', (outputs, taps) => {
    const { size, outputTransform, filterTransform, inputTransform } = winogradTransforms(outputs, taps);
    expect(size).toBe(outputs + taps - 1);
    const random = new RandomStream(3);
    const [filter, inputs] = [taps, size].map((length) => Array.from({ length }, () => rational(random.integer(19) - 9)));
    const [left, right] = [applied(filterTransform, filter), applied(inputTransform, inputs)];
    const results = applied(
      outputTransform,
      left.map((value, i) => times(value, right[i])),
    );
    const expected = Array.from({ length: outputs }, (_, i) =>
      filter.reduce((sum, value, k) => add(sum, times(value, inputs[i + k])), zero),
    );
    expect(results).toEqual(expected);
  });

  it('F(2, 3) has the transforms of Lavin and Gray, but for signs that cancel', () => {
    const { outputTransform, filterTransform, inputTransform } = winogradTransforms(2, 3);
    const rows = (matrix: readonly (readonly Rational[])[]) => matrix.map((row) => row.map(toNumber));
    expect(rows(outputTransform)).toEqual([
      [1, 1, 1, 0],
      [0, 1, -1, 1],
    ]);
    expect(rows(filterTransform)).toEqual([[-1, 0, 0].map((value) => value || 0), [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]);
    expect(rows(inputTransform)).toEqual([
      [-1, 0, 1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, -1, 0, 1],
    ]);
  });

  it('takes other points, and refuses too few or equal ones', () => {
    expect(winogradTransforms(2, 3, [0, '1/2', '-1/2']).size).toBe(4);
    expect(() => winogradTransforms(2, 3, [0, 1])).toThrow('F(2, 3) is computed at 3 different points and infinity; there are 2: 0, 1.');
    expect(() => winogradTransforms(2, 3, [0, 1, '2/2'])).toThrow('3 different points');
    expect(() => winogradTransforms(14, 3)).toThrow('m + r = 15');
    expect(() => winogradTransforms(0, 3)).toThrow('F(m, r) has outputs 0');
  });
});

it.each([
  [2, 3, 2.25],
  [4, 3, 4],
  [6, 3, 5.0625],
])('F(%i x %1$i, %i x %2$i) needs %d times fewer multiplications', (outputs, taps, times) => {
  expect(winogradSavings(winogradTransforms(outputs, taps), 2)).toBeCloseTo(times, 12);
});

it.each([
  [2, 3e-6],
  [4, 2e-5],
  [6, 2e-4],
])('F(%i x %1$i, 3x3) of 64 channels of normal numbers errs by less than %d of the largest output', (outputs, limit) => {
  const [size, channels, outChannels] = [14, 64, 8];
  const random = new RandomStream(1);
  const input = Float32Array.from({ length: size * size * channels }, () => random.normal());
  const filter = Float32Array.from({ length: 9 * channels * outChannels }, () => random.normal());
  const transforms = winogradTransforms(outputs, 3);
  const results = winogradConv2d(winogradMatrices(transforms), input, [size, size, channels], filter, outChannels);
  const exact = convolve(input, size, channels, filter, outChannels);
  const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = results.reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0);
  expect(error / largest).toBeLessThan(limit);
  // The bound is for a single channel and tile; with all of them it holds for their sum.
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  expect(error).toBeLessThan(winogradErrorBound(transforms, 2) * norm(filter) * norm(input));
});

/** In float64. */
function convolve(input: Float32Array, size: number, channels: number, filter: Float32Array, outChannels: number): Float64Array {
  const side = size - 2;
  const result = new Float64Array(side * side * outChannels);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let t = 0; t < 9; t++)
        for (let c = 0; c < channels; c++) {
          const value = input[((y + Math.floor(t / 3)) * size + x + (t % 3)) * channels + c];
          for (let k = 0; k < outChannels; k++)
            result[(y * side + x) * outChannels + k] += value * filter[(t * channels + c) * outChannels + k];
        }
  return result;
}
