/** Max pooling, NHWC. As in tfjs, NaN is never the maximum and of equal values the first one is; padding is never read. */
import { loadLanes, maximum, minimum, storeLanes } from './lanes';

export function maxPool(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, windowHeight: i32, windowWidth: i32, outHeight: i32, outWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, input: usize, output: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>inWidth * pixelBytes;
  for (let image = 0; image < batch; image++, input += <usize>inHeight * rowBytes) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padTop, y0 = maximum(top, 0), height = minimum(top + windowHeight, inHeight) - y0;
      const row = input + <usize>y0 * rowBytes;
      for (let x = 0; x < outWidth; x++, output += pixelBytes) {
        const left = x * strideWidth - padLeft, x0 = maximum(left, 0), width = minimum(left + windowWidth, inWidth) - x0;
        const start = row + <usize>x0 * pixelBytes;
        if (channels < 4) storeLanes(output, narrowMaximum(start, channels, height, width, rowBytes, pixelBytes), channels);
        else largestOfPixels(start, height, width, rowBytes, pixelBytes, output);
      }
    }
  }
}

/** The last vector overlaps the one before it where the channels are no multiple of four: its shared lanes come out the same again. */
// @ts-ignore: decorator
@inline
function largestOfPixels(start: usize, height: i32, width: i32, rowBytes: usize, pixelBytes: usize, output: usize): void {
  const last = pixelBytes - 16, lowest = f32x4.splat(-Infinity);
  // The commonest windows without loops.
  const side = height == width ? width : 0;
  for (let at: usize = 0; ; at = min<usize>(at + 16, last)) {
    const corner = start + at;
    let best = lowest;
    if (side == 2) {
      best = largestOfTwo(largestOfTwo(best, corner, pixelBytes), corner + rowBytes, pixelBytes);
    } else if (side == 3) {
      // Row after row: of 0 and -0 the first one is kept.
      const third = corner + pixelBytes * 2;
      best = f32x4.pmax(largestOfTwo(best, corner, pixelBytes), v128.load(third));
      best = f32x4.pmax(largestOfTwo(best, corner + rowBytes, pixelBytes), v128.load(third + rowBytes));
      best = f32x4.pmax(largestOfTwo(best, corner + rowBytes * 2, pixelBytes), v128.load(third + rowBytes * 2));
    } else {
      let row = corner;
      for (let v = height; v > 0; v--, row += rowBytes) {
        let pixel = row;
        for (let u = width; u > 0; u--, pixel += pixelBytes) best = f32x4.pmax(best, v128.load(pixel));
      }
    }
    v128.store(output + at, best);
    if (at == last) return;
  }
}

// @ts-ignore: decorator
@inline
function largestOfTwo(best: v128, pixel: usize, pixelBytes: usize): v128 {
  return f32x4.pmax(f32x4.pmax(best, v128.load(pixel)), v128.load(pixel + pixelBytes));
}

function narrowMaximum(start: usize, channels: i32, height: i32, width: i32, rowBytes: usize, pixelBytes: usize): v128 {
  let best = f32x4.splat(-Infinity);
  for (let v = height; v > 0; v--, start += rowBytes) {
    let pixel = start;
    for (let u = width; u > 0; u--, pixel += pixelBytes) best = f32x4.pmax(best, loadLanes(pixel, channels));
  }
  return best;
}

/** The gradient goes to the first maximum of each window. Where windows cover the image exactly once, nothing is cleared or added up. */
export function maxPoolGradient(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, windowHeight: i32, windowWidth: i32, outHeight: i32, outWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, input: usize, outputGradient: usize, inputGradient: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>inWidth * pixelBytes, imageBytes = <usize>inHeight * rowBytes;
  const covered = strideHeight == windowHeight && strideWidth == windowWidth && padTop == 0 && padLeft == 0
    && outHeight * strideHeight == inHeight && outWidth * strideWidth == inWidth;
  const quad = covered && windowHeight == 2 && windowWidth == 2;
  for (let image = 0; image < batch; image++, input += imageBytes, inputGradient += imageBytes) {
    if (!covered) memory.fill(inputGradient, 0, imageBytes);
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padTop, y0 = maximum(top, 0), y1 = minimum(top + windowHeight, inHeight);
      for (let x = 0; x < outWidth; x++, outputGradient += pixelBytes) {
        const left = x * strideWidth - padLeft, x0 = maximum(left, 0), x1 = minimum(left + windowWidth, inWidth);
        const start = <usize>y0 * rowBytes + <usize>x0 * pixelBytes;
        for (let channel = 0; channel < channels; channel += 4) {
          const at = <usize>channel << 2;
          if (quad && channels - channel >= 4) {
            scatterQuad(input + start + at, inputGradient + start + at, v128.load(outputGradient + at), rowBytes, pixelBytes);
            continue;
          }
          scatter(
            input + start + at, inputGradient + start + at, loadLanes(outputGradient + at, channels - channel),
            y1 - y0, x1 - x0, rowBytes, pixelBytes, channels - channel, covered,
          );
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function scatter(
  input: usize, target: usize, gradient: v128, height: i32, width: i32, rowBytes: usize, pixelBytes: usize, lanes: i32, covered: bool,
): void {
  let best = f32x4.splat(-Infinity), chosen = i32x4.splat(-1);
  let place = 0;
  for (let v = 0; v < height; v++) {
    let pixel = input + <usize>v * rowBytes;
    for (let u = 0; u < width; u++, pixel += pixelBytes, place++) {
      const value = loadLanes(pixel, lanes);
      const greater = f32x4.gt(value, best);
      best = v128.bitselect(value, best, greater);
      chosen = v128.bitselect(i32x4.splat(place), chosen, greater);
    }
  }
  place = 0;
  for (let v = 0; v < height; v++) {
    let pixel = target + <usize>v * rowBytes;
    for (let u = 0; u < width; u++, pixel += pixelBytes, place++) {
      const part = v128.and(gradient, i32x4.eq(chosen, i32x4.splat(place)));
      storeLanes(pixel, covered ? part : f32x4.add(loadLanes(pixel, lanes), part), lanes);
    }
  }
}

/** The commonest window, 2 x 2 with nothing shared: the same comparisons without loops. */
// @ts-ignore: decorator
@inline
function scatterQuad(input: usize, target: usize, gradient: v128, rowBytes: usize, pixelBytes: usize): void {
  const below = input + rowBytes;
  const v0 = v128.load(input), v1 = v128.load(input + pixelBytes), v2 = v128.load(below), v3 = v128.load(below + pixelBytes);
  const lowest = f32x4.splat(-Infinity);
  const m0 = f32x4.gt(v0, lowest), best0 = v128.bitselect(v0, lowest, m0);
  const m1 = f32x4.gt(v1, best0), best1 = v128.bitselect(v1, best0, m1);
  const m2 = f32x4.gt(v2, best1), best2 = v128.bitselect(v2, best1, m2);
  const m3 = f32x4.gt(v3, best2), later = v128.or(m2, m3);
  const targetBelow = target + rowBytes;
  v128.store(target, v128.and(gradient, v128.andnot(m0, v128.or(m1, later))));
  v128.store(target + pixelBytes, v128.and(gradient, v128.andnot(m1, later)));
  v128.store(targetBelow, v128.and(gradient, v128.andnot(m2, m3)));
  v128.store(targetBelow + pixelBytes, v128.and(gradient, m3));
}
