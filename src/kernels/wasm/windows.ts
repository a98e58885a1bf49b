/** Where the windows of a convolution stand: shared by its forward pass and its two gradients. */
import { maximum, minimum } from './lanes';

/** Bytes of padded images (or of images, where nothing is padded) worked on at once: they stay in the second-level cache. */
const blockBytes: i32 = 131072;

/** Rows or columns that the windows reach: from the first one's begin to the last one's end. */
// @ts-ignore: decorator
@inline
export function reach(outSize: i32, filterSize: i32, stride: i32): i32 {
  return (outSize - 1) * stride + filterSize;
}

/** Whether the windows can be read from the image as it stands. */
// @ts-ignore: decorator
@inline
export function fits(inSize: i32, outSize: i32, filterSize: i32, stride: i32, padBefore: i32): bool {
  return padBefore == 0 && reach(outSize, filterSize, stride) <= inSize;
}

// @ts-ignore: decorator
@inline
export function imagesAtOnce(batch: i32, imageBytes: i32): i32 {
  return maximum(1, minimum(batch, blockBytes / maximum(imageBytes, 1)));
}

/**
 * Byte offsets of every window's first float in a block of images `[images, height, width, channels]`; the list is filled up to a multiple
 * of four by repeating its last entry.
 */
export function windowOffsets(
  images: i32, imageFloats: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, target: usize,
): void {
  const stepX = (strideWidth * channels) << 2, stepY = (strideHeight * width * channels) << 2;
  let offset = 0;
  let count = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outHeight; y++) {
      offset = (image * imageFloats << 2) + y * stepY;
      for (let x = 0; x < outWidth; x++, offset += stepX, count++) store<i32>(target + (<usize>count << 2), offset);
    }
  }
  for (offset -= stepX; (count & 3) != 0; count++) store<i32>(target + (<usize>count << 2), offset);
}

/** Copies an image `[height, width, channels]` into the middle of zeros, `[paddedHeight, paddedWidth, channels]`; what does not fit is cut off. */
export function padImage(
  source: usize, height: i32, width: i32, channels: i32, padTop: i32, padLeft: i32, paddedHeight: i32, paddedWidth: i32, target: usize,
): void {
  const rowBytes = <usize>(width * channels) << 2, paddedRowBytes = <usize>(paddedWidth * channels) << 2;
  const before = <usize>(minimum(padLeft, paddedWidth) * channels) << 2;
  const copied = <usize>(maximum(0, minimum(width, paddedWidth - padLeft)) * channels) << 2;
  for (let y = 0; y < paddedHeight; y++, target += paddedRowBytes) {
    const from = y - padTop;
    if (from < 0 || from >= height) {
      memory.fill(target, 0, paddedRowBytes);
      continue;
    }
    memory.fill(target, 0, before);
    memory.copy(target + before, source + <usize>from * rowBytes, copied);
    memory.fill(target + before + copied, 0, paddedRowBytes - before - copied);
  }
}

/** The way back: takes an image out of the middle of a padded one; what was cut off there is 0. */
export function unpadImage(
  padded: usize, paddedHeight: i32, paddedWidth: i32, channels: i32, padTop: i32, padLeft: i32, height: i32, width: i32, target: usize,
): void {
  const rowBytes = <usize>(width * channels) << 2, paddedRowBytes = <usize>(paddedWidth * channels) << 2;
  const before = <usize>(minimum(padLeft, paddedWidth) * channels) << 2;
  const copied = <usize>(maximum(0, minimum(width, paddedWidth - padLeft)) * channels) << 2;
  for (let y = 0; y < height; y++, target += rowBytes) {
    const from = y + padTop;
    if (from >= paddedHeight) {
      memory.fill(target, 0, rowBytes);
      continue;
    }
    memory.copy(target, padded + <usize>from * paddedRowBytes + before, copied);
    memory.fill(target + copied, 0, rowBytes - copied);
  }
}
