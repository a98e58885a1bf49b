/**
 * Convolution with max pooling behind it, for training. Of each pooling window one value goes on, and `chosen` remembers whose: the byte
 * offset, in its padded image, of the convolution window that gave it; -1 where nothing depends on it (a ReLU cut it off, or all was NaN).
 * The gradients of all other windows are zero, so both gradients visit the chosen ones alone: a quarter of them after a pooling of 2 x 2.
 */
import { conv2d, conv2dScratchBytes } from './conv2d';
import { activate, maximum, minimum, storeLanes } from './lanes';
import { reach } from './windows';

/** Bytes of results worked on at once: they stay in the second-level cache until they are pooled. */
const blockBytes: i32 = 131072;

// @ts-ignore: decorator
@inline
function imagesPooledAtOnce(batch: i32, outHeight: i32, outWidth: i32, outChannels: i32): i32 {
  return maximum(1, minimum(batch, blockBytes / maximum((outHeight * outWidth * outChannels) << 2, 1)));
}

/** Bytes of scratch that `pooledConv2d` needs. */
export function pooledConv2dScratchBytes(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): i32 {
  const images = imagesPooledAtOnce(batch, outHeight, outWidth, outChannels);
  return (((images * outHeight * outWidth * outChannels + 4) << 2) + 15 & ~15) + conv2dScratchBytes(
    images, inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft,
  );
}

/** Filter packed and bias padded as for `conv2d`; pooling without padding; the activation is applied to what was pooled. */
export function pooledConv2d(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  poolHeight: i32, poolWidth: i32, pooledHeight: i32, pooledWidth: i32, poolStrideHeight: i32, poolStrideWidth: i32,
  input: usize, filter: usize, bias: usize, activation: i32, output: usize, chosen: usize, scratch: usize,
): void {
  const blockImages = imagesPooledAtOnce(batch, outHeight, outWidth, outChannels);
  const imageBytes = <usize>(inHeight * inWidth * inChannels) << 2, resultBytes = <usize>(outHeight * outWidth * outChannels) << 2;
  const pooledBytes = <usize>(pooledHeight * pooledWidth * outChannels) << 2;
  const own = scratch + ((<usize>blockImages * resultBytes + 31) & ~15);
  const stepX = (strideWidth * inChannels) << 2;
  const stepY = (strideHeight * windowRowFloats(inWidth, inChannels, filterWidth, outWidth, strideWidth, padLeft)) << 2;
  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first);
    conv2d(
      images, inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels,
      strideHeight, strideWidth, padTop, padLeft, input, filter, scratch, bias, 0, own,
    );
    for (let image = 0; image < images; image++) {
      poolImage(
        scratch + <usize>image * resultBytes, outWidth, outChannels, poolHeight, poolWidth, pooledHeight, pooledWidth,
        poolStrideHeight, poolStrideWidth, stepX, stepY, activation, output, chosen,
      );
      output += pooledBytes;
      chosen += pooledBytes;
    }
    input += <usize>images * imageBytes;
  }
}

/** Floats of a row of the image that windows are cut from: of the padded one where the windows do not fit as it stands. */
// @ts-ignore: decorator
@inline
export function windowRowFloats(inWidth: i32, inChannels: i32, filterWidth: i32, outWidth: i32, strideWidth: i32, padLeft: i32): i32 {
  return (padLeft > 0 ? reach(outWidth, filterWidth, strideWidth) : maximum(inWidth, reach(outWidth, filterWidth, strideWidth))) * inChannels;
}

function poolImage(
  source: usize, outWidth: i32, channels: i32, poolHeight: i32, poolWidth: i32, pooledHeight: i32, pooledWidth: i32,
  poolStrideHeight: i32, poolStrideWidth: i32, stepX: i32, stepY: i32, activation: i32, output: usize, chosen: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>outWidth * pixelBytes;
  const quad = poolHeight == 2 && poolWidth == 2;
  let left = pooledHeight * pooledWidth * channels;
  for (let y = 0; y < pooledHeight; y++) {
    for (let x = 0; x < pooledWidth; x++, output += pixelBytes, chosen += pixelBytes, left -= channels) {
      const start = source + <usize>(y * poolStrideHeight) * rowBytes + <usize>(x * poolStrideWidth) * pixelBytes;
      const place = y * poolStrideHeight * stepY + x * poolStrideWidth * stepX;
      for (let channel = 0; channel < channels; channel += 4) {
        const at = <usize>channel << 2;
        let best = f32x4.splat(-Infinity), from = i32x4.splat(-1);
        if (quad) {
          // The same comparisons without loops.
          const v0 = v128.load(start + at), v1 = v128.load(start + at + pixelBytes);
          const v2 = v128.load(start + at + rowBytes), v3 = v128.load(start + at + rowBytes + pixelBytes);
          const m0 = f32x4.gt(v0, best);
          best = v128.bitselect(v0, best, m0); from = v128.bitselect(i32x4.splat(place), from, m0);
          const m1 = f32x4.gt(v1, best);
          best = v128.bitselect(v1, best, m1); from = v128.bitselect(i32x4.splat(place + stepX), from, m1);
          const m2 = f32x4.gt(v2, best);
          best = v128.bitselect(v2, best, m2); from = v128.bitselect(i32x4.splat(place + stepY), from, m2);
          const m3 = f32x4.gt(v3, best);
          best = v128.bitselect(v3, best, m3); from = v128.bitselect(i32x4.splat(place + stepY + stepX), from, m3);
        } else {
          for (let v = 0; v < poolHeight; v++) {
            let pixel = start + at + <usize>v * rowBytes;
            for (let u = 0; u < poolWidth; u++, pixel += pixelBytes) {
              const value = v128.load(pixel);
              const greater = f32x4.gt(value, best);
              best = v128.bitselect(value, best, greater);
              from = v128.bitselect(i32x4.splat(place + v * stepY + u * stepX), from, greater);
            }
          }
        }
        if (activation != 0) {
          let active = f32x4.gt(best, f32x4.splat(0));
          if (activation == 2) active = v128.and(active, f32x4.lt(best, f32x4.splat(6)));
          from = v128.or(from, v128.not(active));
          best = activate(best, activation);
        }
        // Lanes too many fall on the next pixel, which is written later; behind the image there is none.
        const lanes = left - channel >= 4 ? 4 : channels - channel;
        storeLanes(output + at, best, lanes);
        storeLanes(chosen + at, from, lanes);
      }
    }
  }
}
