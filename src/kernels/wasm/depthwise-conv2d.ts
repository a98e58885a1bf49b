/** Depthwise convolution, NHWC: filter `[height, width, channels, multiplier]`, channel c gives the output channels from c * multiplier on. */
import { fusedDepthwiseConv2d } from './fused-depthwise-conv2d';
import { loadLanes, maximum, minimum, multiplyAdd, storeLanes } from './lanes';

/**
 * Walks over all pairs of an input and an output pixel that a position of the filter connects. `part` says what is summed:
 * 1 the gradient of the input, 2 the gradient of the filter.
 */
// @ts-ignore: decorator
@inline
function walk(
  part: i32, batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32, filterHeight: i32, filterWidth: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, input: usize, filter: usize, output: usize,
): void {
  const inPixel = <usize>channels << 2, outPixel = <usize>(channels * multiplier) << 2;
  for (let image = 0; image < batch; image++, input += <usize>(inHeight * inWidth) * inPixel) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padTop;
      const v0 = maximum(0, -top), v1 = minimum(filterHeight, inHeight - top);
      for (let x = 0; x < outWidth; x++, output += outPixel) {
        const left = x * strideWidth - padLeft;
        const u0 = maximum(0, -left), u1 = minimum(filterWidth, inWidth - left);
        for (let v = v0; v < v1; v++) {
          for (let u = u0; u < u1; u++) {
            const from = input + <usize>((top + v) * inWidth + left + u) * inPixel;
            const weights = filter + <usize>(v * filterWidth + u) * outPixel;
            if (multiplier == 1) addPixel(part, channels, from, weights, output);
            else addPixelWithMultiplier(part, channels, multiplier, from, weights, output);
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPixel(part: i32, channels: i32, input: usize, weights: usize, output: usize): void {
  const a = part == 1 ? output : input, b = part == 2 ? output : weights, sum = part == 1 ? input : weights;
  for (let channel = 0; channel < channels; channel += 4) {
    const lanes = channels - channel, at = <usize>channel << 2;
    storeLanes(sum + at, multiplyAdd(loadLanes(a + at, lanes), loadLanes(b + at, lanes), loadLanes(sum + at, lanes)), lanes);
  }
}

// @ts-ignore: decorator
@inline
function addPixelWithMultiplier(part: i32, channels: i32, multiplier: i32, input: usize, weights: usize, output: usize): void {
  for (let channel = 0; channel < channels; channel++, input += 4) {
    for (let copy = 0; copy < multiplier; copy++, weights += 4, output += 4) {
      if (part == 1) store<f32>(input, load<f32>(input) + load<f32>(output) * load<f32>(weights));
      else store<f32>(weights, load<f32>(weights) + load<f32>(input) * load<f32>(output));
    }
  }
}

export function depthwiseConv2d(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32, filterHeight: i32, filterWidth: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, input: usize, filter: usize, output: usize,
): void {
  fusedDepthwiseConv2d(
    batch, inHeight, inWidth, channels, multiplier, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft,
    input, filter, output, 0, 0,
  );
}

export function depthwiseConv2dInputGradient(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32, filterHeight: i32, filterWidth: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  outputGradient: usize, filter: usize, inputGradient: usize,
): void {
  memory.fill(inputGradient, 0, <usize>(batch * inHeight * inWidth * channels) << 2);
  walk(1, batch, inHeight, inWidth, channels, multiplier, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft, inputGradient, filter, outputGradient);
}

export function depthwiseConv2dFilterGradient(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32, filterHeight: i32, filterWidth: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  input: usize, outputGradient: usize, filterGradient: usize,
): void {
  memory.fill(filterGradient, 0, <usize>(filterHeight * filterWidth * channels * multiplier) << 2);
  walk(2, batch, inHeight, inWidth, channels, multiplier, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft, input, filterGradient, outputGradient);
}
