import type { WindowShape } from '../window-shape.ts';
import { inputSize, meetings, outputSize } from './windows.ts';

/** What `Kernels.maxPool` computes: as on tfjs' cpu backend, NaN is never larger than anything. */
export function maxPool(s: WindowShape, input: Float32Array): Float32Array {
  const result = new Float32Array(outputSize(s)).fill(Number.NEGATIVE_INFINITY);
  forEachValue(s, (i, o) => {
    if (input[i] > result[o]) result[o] = input[i];
  });
  return result;
}

/** What `Kernels.maxPoolGradient` computes: the first maximum takes the whole gradient. */
export function maxPoolGradient(s: WindowShape, input: Float32Array, outputGradient: Float32Array): Float32Array {
  const largest = new Float32Array(outputSize(s)).fill(Number.NEGATIVE_INFINITY);
  const chosen = new Int32Array(outputSize(s)).fill(-1);
  forEachValue(s, (i, o) => {
    if (!(input[i] > largest[o])) return;
    largest[o] = input[i];
    chosen[o] = i;
  });
  const result = new Float32Array(inputSize(s));
  for (let o = 0; o < chosen.length; o++) if (chosen[o] >= 0) result[chosen[o]] += outputGradient[o];
  return result;
}

/** What `Kernels.averagePool` computes: the mean over the pixels in the image. */
export function averagePool(s: WindowShape, input: Float32Array): Float32Array {
  const sums = new Float64Array(outputSize(s));
  forEachValue(s, (i, o) => {
    sums[o] += input[i];
  });
  const counts = countPixels(s);
  return Float32Array.from(sums, (sum, o) => sum / counts[o]);
}

/** What `Kernels.averagePoolGradient` computes. */
export function averagePoolGradient(s: WindowShape, outputGradient: Float32Array): Float32Array {
  const counts = countPixels(s);
  const sums = new Float64Array(inputSize(s));
  forEachValue(s, (i, o) => {
    sums[i] += outputGradient[o] / counts[o];
  });
  return Float32Array.from(sums);
}

function countPixels(s: WindowShape): Float64Array {
  const counts = new Float64Array(outputSize(s));
  forEachValue(s, (_, o) => {
    counts[o]++;
  });
  return counts;
}

function forEachValue(s: WindowShape, visit: (input: number, output: number) => void): void {
  for (const { input, output } of meetings(s)) {
    for (let channel = 0; channel < s.inChannels; channel++) visit(input + channel, output + channel);
  }
}
