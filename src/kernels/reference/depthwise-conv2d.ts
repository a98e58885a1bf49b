import type { WindowShape } from '../window-shape.ts';
import { inputSize, meetings, outputSize } from './windows.ts';

/** What `Kernels.depthwiseConv2d` computes. Filter `[filterHeight, filterWidth, inChannels, multiplier]`. */
export function depthwiseConv2d(s: WindowShape, input: Float32Array, filter: Float32Array): Float32Array {
  const sums = new Float64Array(outputSize(s));
  forEachDepthwiseProduct(s, (i, f, o) => {
    sums[o] += input[i] * filter[f];
  });
  return Float32Array.from(sums);
}

/** What `Kernels.depthwiseConv2dInputGradient` computes. */
export function depthwiseConv2dInputGradient(s: WindowShape, outputGradient: Float32Array, filter: Float32Array): Float32Array {
  const sums = new Float64Array(inputSize(s));
  forEachDepthwiseProduct(s, (i, f, o) => {
    sums[i] += outputGradient[o] * filter[f];
  });
  return Float32Array.from(sums);
}

/** What `Kernels.depthwiseConv2dFilterGradient` computes. */
export function depthwiseConv2dFilterGradient(s: WindowShape, input: Float32Array, outputGradient: Float32Array): Float32Array {
  const sums = new Float64Array(s.filterHeight * s.filterWidth * s.outChannels);
  forEachDepthwiseProduct(s, (i, f, o) => {
    sums[f] += input[i] * outputGradient[o];
  });
  return Float32Array.from(sums);
}

/** The same of a depthwise convolution. */
export function forEachDepthwiseProduct(s: WindowShape, visit: (input: number, weight: number, output: number) => void): void {
  const multiplier = s.outChannels / s.inChannels;
  for (const { input, output, position } of meetings(s)) {
    for (let o = 0; o < s.outChannels; o++) visit(input + Math.floor(o / multiplier), position * s.outChannels + o, output + o);
  }
}
