import type { WindowShape } from '../window-shape.ts';
import { forEachProduct } from './conv2d.ts';
import { forEachDepthwiseProduct } from './depthwise-conv2d.ts';
import { outputSize } from './windows.ts';

/** Activations as whole numbers of 7 bits: 0 to 127, of which `zeroPoint` means 0. */
export interface QuantizedInput {
  readonly numbers: Uint8Array;
  readonly zeroPoint: number;
}

/**
 * The sums of an int8 convolution, as whole numbers of 32 bits; one unit is the input's scale times the channel's. Weights are
 * -127 to 127, `[filterHeight, filterWidth, inChannels, outChannels]`. Padding is the zero point.
 *
 * @param bias in units of the sums @default zeros
 */
export function int8Conv2d(s: WindowShape, { numbers, zeroPoint }: QuantizedInput, filter: Int8Array, bias?: Int32Array): Int32Array {
  const sums = Int32Array.from({ length: outputSize(s) }, (_, index) => bias?.[index % s.outChannels] ?? 0);
  forEachProduct(s, (i, f, o) => {
    sums[o] += (numbers[i] - zeroPoint) * filter[f];
  });
  return sums;
}

/** The same of a depthwise convolution. Filter `[filterHeight, filterWidth, inChannels, multiplier]`. */
export function int8DepthwiseConv2d(
  s: WindowShape,
  { numbers, zeroPoint }: QuantizedInput,
  filter: Int8Array,
  bias?: Int32Array,
): Int32Array {
  const sums = Int32Array.from({ length: outputSize(s) }, (_, index) => bias?.[index % s.outChannels] ?? 0);
  forEachDepthwiseProduct(s, (i, f, o) => {
    sums[o] += (numbers[i] - zeroPoint) * filter[f];
  });
  return sums;
}

/** The same of a dense layer: input `[m, k]`, weights `[k, n]`, sums `[m, n]`. */
export function int8Gemm(
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
  { numbers, zeroPoint }: QuantizedInput,
  weights: Int8Array,
  bias?: Int32Array,
): Int32Array {
  const sums = new Int32Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = bias?.[column] ?? 0;
      for (let step = 0; step < k; step++) sum += (numbers[row * k + step] - zeroPoint) * weights[step * n + column];
      sums[row * n + column] = sum;
    }
  }
  return sums;
}
