/**
 * Channel-major copies of channels-last values: in a plane of one channel the pixels are neighbours, so that one weight meets a vector of
 * them. For each column of the filter's window there is a plane with the pixels that it meets, side by side for all outputs of a row.
 */
import { loadLanes, maximum, minimum, storeLanes } from './lanes';

/**
 * Rows of channels, `[pixels, channels]`, to planes. The last four of a side overlap those before: none is left over. Both ways channels
 * are the inner loop, so that their rows are touched once, front to back.
 */
export function rowsToPlanes(rows: usize, rowBytes: usize, pixels: i32, channels: i32, planes: usize, planeBytes: usize): void {
  if (channels == 1 && rowBytes == 4) {
    copyRow(rows, pixels, planes);
    return;
  }
  if (pixels < 4 || channels < 4) {
    for (let channel = 0; channel < channels; channel++, rows += 4, planes += planeBytes) {
      for (let pixel = 0; pixel < pixels; pixel++) store<f32>(planes + (<usize>pixel << 2), load<f32>(rows + <usize>pixel * rowBytes));
    }
    return;
  }
  for (let next = 0; next < pixels; next += 4) {
    const pixel = minimum(next, pixels - 4);
    const from = rows + <usize>pixel * rowBytes, to = planes + (<usize>pixel << 2);
    for (let nextChannel = 0; nextChannel < channels; nextChannel += 4) {
      const channel = minimum(nextChannel, channels - 4);
      transposeSquare(from + (<usize>channel << 2), rowBytes, to + <usize>channel * planeBytes, planeBytes);
    }
  }
}

/** And back. */
export function planesToRows(planes: usize, planeBytes: usize, pixels: i32, channels: i32, rows: usize): void {
  const rowBytes = <usize>channels << 2;
  if (pixels < 4 || channels < 4) {
    for (let pixel = 0; pixel < pixels; pixel++, planes += 4) {
      for (let channel = 0; channel < channels; channel++, rows += 4) store<f32>(rows, load<f32>(planes + <usize>channel * planeBytes));
    }
    return;
  }
  for (let next = 0; next < pixels; next += 4) {
    const pixel = minimum(next, pixels - 4);
    const from = planes + (<usize>pixel << 2), to = rows + <usize>pixel * rowBytes;
    for (let nextChannel = 0; nextChannel < channels; nextChannel += 4) {
      const channel = minimum(nextChannel, channels - 4);
      transposeSquare(from + <usize>channel * planeBytes, planeBytes, to + (<usize>channel << 2), rowBytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function copyRow(source: usize, count: i32, target: usize): void {
  let at = 0;
  for (; at + 4 <= count; at += 4) v128.store(target + (<usize>at << 2), v128.load(source + (<usize>at << 2)));
  storeLanes(target + (<usize>at << 2), loadLanes(source + (<usize>at << 2), count - at), count - at);
}

// @ts-ignore: decorator
@inline
function transposeSquare(source: usize, stepSource: usize, target: usize, stepTarget: usize): void {
  const source2 = source + stepSource * 2, target2 = target + stepTarget * 2;
  const r0 = v128.load(source), r1 = v128.load(source + stepSource), r2 = v128.load(source2), r3 = v128.load(source2 + stepSource);
  const p0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), p1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const p2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), p3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(p0, p1, 0, 1, 4, 5));
  v128.store(target + stepTarget, v128.shuffle<f32>(p0, p1, 2, 3, 6, 7));
  v128.store(target2, v128.shuffle<f32>(p2, p3, 0, 1, 4, 5));
  v128.store(target2 + stepTarget, v128.shuffle<f32>(p2, p3, 2, 3, 6, 7));
}

/**
 * An image `[inHeight, inWidth, channels]` to planes `[filterWidth, channels][phases, rows, outWidth]`, zeros where a window reaches out
 * of it. Row r of phase p is row `top + r * strideHeight + p` of the image; `top` is negative where the padding begins.
 */
export function imageToPlanes(
  inHeight: i32, inWidth: i32, channels: i32, filterWidth: i32, outWidth: i32, strideHeight: i32, strideWidth: i32,
  padLeft: i32, top: i32, phases: i32, rows: i32, image: usize, planes: usize, planeBytes: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>inWidth * pixelBytes;
  for (let u = 0; u < filterWidth; u++, planes += <usize>channels * planeBytes) {
    const left = padLeft - u;
    // Outputs from x0 to before x1 meet pixels of the image.
    const x0 = minimum(outWidth, left > 0 ? (left + strideWidth - 1) / strideWidth : 0);
    const x1 = maximum(x0, minimum(outWidth, (inWidth - 1 + left + strideWidth) / strideWidth));
    const first = <usize>(x0 * strideWidth - left) * pixelBytes;
    let target = planes;
    for (let phase = 0; phase < phases; phase++) {
      for (let row = 0; row < rows; row++, target += <usize>outWidth << 2) {
        const y = top + row * strideHeight + phase;
        const end = y >= 0 && y < inHeight ? x1 : x0;
        clear(target, x0, channels, planeBytes);
        const source = image + <usize>y * rowBytes + first;
        rowsToPlanes(source, <usize>strideWidth * pixelBytes, end - x0, channels, target + (<usize>x0 << 2), planeBytes);
        clear(target + (<usize>end << 2), outWidth - end, channels, planeBytes);
      }
    }
  }
}

/** Zeros for `count` pixels of every channel. */
// @ts-ignore: decorator
@inline
function clear(target: usize, count: i32, channels: i32, planeBytes: usize): void {
  if (count == 0) return;
  for (let channel = 0; channel < channels; channel++, target += planeBytes) {
    for (let pixel = 0; pixel < count; pixel++) store<f32>(target + (<usize>pixel << 2), 0);
  }
}
