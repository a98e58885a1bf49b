/** Depthwise convolution with bias and activation: sums stay in registers, four channels at once, and every result is written once. */
import { activate, activateOne, loadLanes, maximum, minimum, multiplyAdd, storeLanes, zeros } from './lanes';

/** NHWC: filter `[height, width, channels, multiplier]`, channel c gives the output channels from c * multiplier on. Bias is 0 for none. */
export function fusedDepthwiseConv2d(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32, filterHeight: i32, filterWidth: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  input: usize, filter: usize, output: usize, bias: usize, activation: i32,
): void {
  const inPixel = <usize>channels << 2, outPixel = inPixel * <usize>multiplier, inRow = <usize>inWidth * inPixel, filterRow = <usize>filterWidth * outPixel;
  for (let image = 0; image < batch; image++, input += <usize>inHeight * inRow) {
    for (let y = 0; y < outHeight; y++, output += <usize>outWidth * outPixel) {
      const top = y * strideHeight - padTop, v0 = maximum(0, -top), height = minimum(filterHeight, inHeight - top) - v0;
      const row = input + <usize>(top + v0) * inRow, weights = filter + <usize>v0 * filterRow;
      if (multiplier == 1 && channels >= 4) {
        convolveRow(
          row, inWidth, inRow, inPixel, weights, filterRow, height, filterWidth, output, outWidth, strideWidth, padLeft, bias, activation,
        );
        continue;
      }
      for (let x = 0; x < outWidth; x++) {
        const left = x * strideWidth - padLeft, u0 = maximum(0, -left), width = minimum(filterWidth, inWidth - left) - u0;
        const from = row + <usize>(left + u0) * inPixel, target = output + <usize>x * outPixel, start = weights + <usize>u0 * outPixel;
        if (multiplier == 1) {
          const sum = sumWindow(from, inRow, inPixel, start, filterRow, height, width, bias == 0 ? zeros() : loadLanes(bias, channels), channels);
          storeLanes(target, activate(sum, activation), channels);
        } else {
          multipliedPixel(from, inRow, inPixel, start, filterRow, outPixel, height, width, channels, multiplier, target, bias, activation);
        }
      }
    }
  }
}

/** A row of outputs, four channels after the other; the last four overlap those before where the channels are no multiple of four. */
function convolveRow(
  row: usize, inWidth: i32, inRow: usize, pixel: usize, weights: usize, filterRow: usize, height: i32, filterWidth: i32,
  output: usize, outWidth: i32, strideWidth: i32, padLeft: i32, bias: usize, activation: i32,
): void {
  const last = pixel - 16, step = <usize>strideWidth * pixel;
  // Where the whole window lies in the image: 3 x 3 is unrolled there.
  const first = minimum(outWidth, (padLeft + strideWidth - 1) / strideWidth);
  const end = height == 3 && filterWidth == 3 ? maximum(first, minimum(outWidth, (inWidth - 3 + padLeft + strideWidth) / strideWidth)) : first;
  for (let at: usize = 0; ; at = min<usize>(at + 16, last)) {
    const start = bias == 0 ? zeros() : v128.load(bias + at);
    borderPixels(0, first, row + at, inWidth, inRow, pixel, weights + at, filterRow, height, filterWidth, output + at, strideWidth, padLeft, start, activation);
    if (end > first) {
      const w = weights + at, w1 = w + filterRow, w2 = w1 + filterRow;
      const f0 = v128.load(w), f1 = v128.load(w + pixel), f2 = v128.load(w + pixel * 2);
      const f3 = v128.load(w1), f4 = v128.load(w1 + pixel), f5 = v128.load(w1 + pixel * 2);
      const f6 = v128.load(w2), f7 = v128.load(w2 + pixel), f8 = v128.load(w2 + pixel * 2);
      let x0 = row + at + <usize>(first * strideWidth - padLeft) * pixel, target = output + at + <usize>first * pixel;
      for (let x = first; x < end; x++, x0 += step, target += pixel) {
        const x1 = x0 + inRow, x2 = x1 + inRow;
        let a = multiplyAdd(v128.load(x0), f0, start), b = f32x4.mul(v128.load(x1), f3);
        a = multiplyAdd(v128.load(x0 + pixel), f1, a); b = multiplyAdd(v128.load(x1 + pixel), f4, b);
        a = multiplyAdd(v128.load(x0 + pixel * 2), f2, a); b = multiplyAdd(v128.load(x1 + pixel * 2), f5, b);
        a = multiplyAdd(v128.load(x2), f6, a); b = multiplyAdd(v128.load(x2 + pixel), f7, b);
        a = multiplyAdd(v128.load(x2 + pixel * 2), f8, a);
        v128.store(target, activate(f32x4.add(a, b), activation));
      }
    }
    borderPixels(end, outWidth, row + at, inWidth, inRow, pixel, weights + at, filterRow, height, filterWidth, output + at, strideWidth, padLeft, start, activation);
    if (at == last) return;
  }
}

/** Any window: part of it may lie outside of the image. */
function borderPixels(
  from: i32, to: i32, row: usize, inWidth: i32, inRow: usize, pixel: usize, weights: usize, filterRow: usize, height: i32, filterWidth: i32,
  output: usize, strideWidth: i32, padLeft: i32, start: v128, activation: i32,
): void {
  for (let x = from; x < to; x++) {
    const left = x * strideWidth - padLeft, u0 = maximum(0, -left), width = minimum(filterWidth, inWidth - left) - u0;
    const sum = sumWindow(
      row + <usize>(left + u0) * pixel, inRow, pixel, weights + <usize>u0 * pixel, filterRow, height, width, start, 4,
    );
    v128.store(output + <usize>x * pixel, activate(sum, activation));
  }
}

// @ts-ignore: decorator
@inline
function sumWindow(
  input: usize, inRow: usize, pixel: usize, weights: usize, filterRow: usize, height: i32, width: i32, start: v128, lanes: i32,
): v128 {
  let sum = start;
  for (let v = 0; v < height; v++, input += inRow, weights += filterRow) {
    let x = input, w = weights;
    for (let u = 0; u < width; u++, x += pixel, w += pixel) sum = multiplyAdd(loadLanes(x, lanes), loadLanes(w, lanes), sum);
  }
  return sum;
}

function multipliedPixel(
  input: usize, inRow: usize, inPixel: usize, weights: usize, filterRow: usize, outPixel: usize, height: i32, width: i32,
  channels: i32, multiplier: i32, output: usize, bias: usize, activation: i32,
): void {
  for (let channel = 0; channel < channels * multiplier; channel++) {
    const at = <usize>channel << 2, from = input + (<usize>(channel / multiplier) << 2);
    let sum: f32 = bias == 0 ? 0 : load<f32>(bias + at);
    for (let v = 0; v < height; v++) {
      let x = from + <usize>v * inRow, w = weights + <usize>v * filterRow + at;
      for (let u = 0; u < width; u++, x += inPixel, w += outPixel) sum += load<f32>(x) * load<f32>(w);
    }
    store<f32>(output + at, activateOne(sum, activation));
  }
}
