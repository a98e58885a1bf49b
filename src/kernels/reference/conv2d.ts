import type { KernelActivation } from '../address.ts';
import type { WindowShape } from '../window-shape.ts';
import { activateOne } from './elementwise.ts';
import { inputSize, meetings, outputSize } from './windows.ts';

/** What `Kernels.conv2d` computes. Filter `[filterHeight, filterWidth, inChannels, outChannels]`. */
export function conv2d(
  s: WindowShape,
  input: Float32Array,
  filter: Float32Array,
  bias?: Float32Array,
  activation?: KernelActivation,
): Float32Array {
  const sums = Float64Array.from({ length: outputSize(s) }, (_, index) => bias?.[index % s.outChannels] ?? 0);
  forEachProduct(s, (i, f, o) => {
    sums[o] += input[i] * filter[f];
  });
  return Float32Array.from(sums, (sum) => activateOne(sum, activation));
}

/** What `Kernels.conv2dInputGradient` computes. */
export function conv2dInputGradient(s: WindowShape, outputGradient: Float32Array, filter: Float32Array): Float32Array {
  const sums = new Float64Array(inputSize(s));
  forEachProduct(s, (i, f, o) => {
    sums[i] += outputGradient[o] * filter[f];
  });
  return Float32Array.from(sums);
}

/** What `Kernels.conv2dFilterGradient` computes. */
export function conv2dFilterGradient(s: WindowShape, input: Float32Array, outputGradient: Float32Array): Float32Array {
  const sums = new Float64Array(s.filterHeight * s.filterWidth * s.inChannels * s.outChannels);
  forEachProduct(s, (i, f, o) => {
    sums[f] += input[i] * outputGradient[o];
  });
  return Float32Array.from(sums);
}

/** Calls with the indices of input, weight and output of every product that the convolution sums. */
export function forEachProduct(s: WindowShape, visit: (input: number, weight: number, output: number) => void): void {
  for (const { input, output, position } of meetings(s)) {
    for (let i = 0; i < s.inChannels; i++) {
      const weights = (position * s.inChannels + i) * s.outChannels;
      for (let o = 0; o < s.outChannels; o++) visit(input + i, weights + o, output + o);
    }
  }
}
