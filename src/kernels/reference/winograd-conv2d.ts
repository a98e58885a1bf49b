import type { WinogradMatrices } from '../winograd/winograd-matrices.ts';

const { fround } = Math;

/**
 * Convolution `[height, width, channels]` by `[taps, taps, channels, outChannels]`, valid, stride 1, by minimal filtering: every tile is
 * transformed, multiplied and transformed back, every step rounded to float32.
 * @returns `[height - taps + 1, width - taps + 1, outChannels]`
 */
export function winogradConv2d(
  { outputs, size, output, filter: filterMatrix, input: inputMatrix }: WinogradMatrices,
  input: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  filter: Float32Array,
  outChannels: number,
): Float32Array {
  const taps = size - outputs + 1;
  const [outHeight, outWidth] = [height - taps + 1, width - taps + 1];
  const filters = product(filterMatrix, size * size, taps * taps, filter, channels * outChannels);
  const result = new Float32Array(outHeight * outWidth * outChannels);
  const tile = new Float32Array(size * size * channels);
  for (let y = 0; y < outHeight; y += outputs) {
    for (let x = 0; x < outWidth; x += outputs) {
      tile.fill(0);
      for (let i = 0; i < size && y + i < height; i++) {
        for (let j = 0; j < size && x + j < width; j++) {
          const from = ((y + i) * width + x + j) * channels;
          tile.set(input.subarray(from, from + channels), (i * size + j) * channels);
        }
      }
      const inputs = product(inputMatrix, size * size, size * size, tile, channels);
      const products = new Float32Array(size * size * outChannels);
      for (let at = 0; at < size * size; at++) {
        for (let c = 0; c < channels; c++) {
          const value = inputs[at * channels + c];
          const row = (at * channels + c) * outChannels;
          for (let k = 0; k < outChannels; k++) {
            products[at * outChannels + k] = fround(products[at * outChannels + k] + fround(value * filters[row + k]));
          }
        }
      }
      const outs = product(output, outputs * outputs, size * size, products, outChannels);
      for (let i = 0; i < outputs && y + i < outHeight; i++) {
        for (let j = 0; j < outputs && x + j < outWidth; j++) {
          const from = (i * outputs + j) * outChannels;
          result.set(outs.subarray(from, from + outChannels), ((y + i) * outWidth + x + j) * outChannels);
        }
      }
    }
  }
  return result;
}

/** `[rows, inner]` times `[inner, columns]`, rounded at every step. */
function product(matrix: Float32Array, rows: number, inner: number, values: Float32Array, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = matrix[i * inner + k];
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) {
        result[i * columns + j] = fround(result[i * columns + j] + fround(factor * values[k * columns + j]));
      }
    }
  }
  return result;
}
