import { RandomStream } from '../../src/core/random.ts';
import { winogradConv2d } from '../../src/kernels/reference/winograd-conv2d.ts';
import { winogradTransforms } from '../../src/kernels/winograd/cook-toom.ts';
import { winogradSavings } from '../../src/kernels/winograd/winograd-error.ts';
import { winogradMatrices } from '../../src/kernels/winograd/winograd-matrices.ts';
import type { PaperRow } from './paper-row.ts';

const [size, channels, filters] = [26, 64, 64];

/** Multiplications counted, and the largest error of float32 against exact sums as a share of the largest output. */
export const winogradError: PaperRow = {
  name: 'winograd-error',
  paper: 'F(2x2, 3x3) 2.25x and F(4x4, 3x3) 4x fewer multiplications (Lavin and Gray, 2016)',
  triedOnValidation: 0,
  targets: [
    { figure: 'F(2x2, 3x3), x fewer multiplications', atLeast: 2.25 },
    { figure: 'F(4x4, 3x3), x fewer multiplications', atLeast: 4 },
    { figure: 'F(2x2, 3x3), relative error', atMost: 3e-6 },
    { figure: 'F(4x4, 3x3), relative error', atMost: 2e-5 },
  ],
  async measure(_, seed) {
    const random = new RandomStream(seed, 'winograd');
    const input = Float32Array.from({ length: size * size * channels }, () => random.normal());
    const filter = Float32Array.from({ length: 9 * channels * filters }, () => random.normal());
    const exact = exactly(input, filter);
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const errorOf = (results: Float32Array) => results.reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0) / largest;
    const figures: Record<string, number> = {};
    for (const tile of [2, 4, 6]) {
      const transforms = winogradTransforms(tile, 3);
      figures[`F(${tile}x${tile}, 3x3), x fewer multiplications`] = winogradSavings(transforms, 2);
      const results = winogradConv2d(winogradMatrices(transforms), input, [size, size, channels], filter, filters);
      figures[`F(${tile}x${tile}, 3x3), relative error`] = errorOf(results);
    }
    return figures;
  },
};

/** In float64. */
function exactly(input: Float32Array, filter: Float32Array): Float64Array {
  const side = size - 2;
  const result = new Float64Array(side * side * filters);
  for (let pixel = 0; pixel < side * side; pixel++) {
    for (let tap = 0; tap < 9; tap++) {
      const from = ((Math.floor(pixel / side) + Math.floor(tap / 3)) * size + (pixel % side) + (tap % 3)) * channels;
      for (let c = 0; c < channels; c++) {
        const row = (tap * channels + c) * filters;
        for (let k = 0; k < filters; k++) result[pixel * filters + k] += input[from + c] * filter[row + k];
      }
    }
  }
  return result;
}
