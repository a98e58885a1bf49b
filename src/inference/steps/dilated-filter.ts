import type { LayerConfig } from '../layer-config.ts';

/** The zeros between may take so many times the memory of the weights themselves: a small file must not ask for gigabytes. */
const mostTimes = 64;

/** A filter, `[height, width, ...]` with so many `values` at each place, and its size. */
export interface Filter {
  readonly size: readonly [number, number];
  readonly weights: Float32Array;
}

/**
 * The filter of a layer with `dilation_rate`: a larger one with zeros between the weights, which the sparse kernels leave out. Itself where the rate is 1.
 * @throws DlError `refused` where the zeros would be too many
 */
export function dilatedFilter(layer: LayerConfig, { size, weights }: Filter): Filter {
  const rates = layer.pair('dilation_rate', [1, 1]);
  if (rates.every((rate) => rate === 1)) return { size, weights };
  const [height, width] = size;
  const [outHeight, outWidth] = size.map((length, axis) => (length - 1) * rates[axis] + 1);
  if (outHeight * outWidth > mostTimes * height * width) {
    throw layer.unsupported(`has a filter dilated by [${rates}]: ${outHeight} x ${outWidth} places for ${height} x ${width} weights`);
  }
  const values = weights.length / (height * width);
  const dilated = new Float32Array(outHeight * outWidth * values);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * values;
      dilated.set(weights.subarray(from, from + values), (row * rates[0] * outWidth + column * rates[1]) * values);
    }
  }
  return { size: [outHeight, outWidth], weights: dilated };
}
