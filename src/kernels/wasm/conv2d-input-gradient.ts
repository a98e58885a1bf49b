/**
 * Gradient of a convolution with respect to its input: for every position of the filter, output gradient times that position's weights is
 * added where that position stood. So no zero of a dilated or padded gradient is ever multiplied, whatever the stride.
 */
import { maximum, minimum, roundUp4 } from './lanes';
import { packPanels } from './pack';
import { tile4, tile8 } from './tiles';
import { reach, windowOffsets } from './windows';

// @ts-ignore: decorator
@inline
function paddedSize(inSize: i32, outSize: i32, filterSize: i32, stride: i32, padBefore: i32): i32 {
  return maximum(reach(outSize, filterSize, stride), inSize + padBefore);
}

/** Bytes of scratch that `conv2dInputGradient` needs. */
export function conv2dInputGradientScratchBytes(
  inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): i32 {
  const height = paddedSize(inHeight, outHeight, filterHeight, strideHeight, padTop);
  const width = paddedSize(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const channels = roundUp4(inChannels);
  return (outHeight * outWidth + 4 + filterHeight * filterWidth * channels * outChannels + height * width * channels) << 2;
}

export function conv2dInputGradient(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  outputGradient: usize, filter: usize, inputGradient: usize, scratch: usize,
): void {
  const height = paddedSize(inHeight, outHeight, filterHeight, strideHeight, padTop);
  const width = paddedSize(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  // Whole vectors of channels: a tile then never touches the channels of the pixel beside.
  const channels = roundUp4(inChannels);
  const outPixels = outHeight * outWidth, filterPixels = filterHeight * filterWidth;
  const offsets = scratch, packed = offsets + (<usize>(outPixels + 4) << 2);
  const image = packed + (<usize>(filterPixels * channels * outChannels) << 2);
  const imageBytes = <usize>(height * width * channels) << 2;

  windowOffsets(1, 0, width, channels, outHeight, outWidth, strideHeight, strideWidth, offsets);
  for (let pixel = 0; pixel < filterPixels; pixel++) {
    packPanels(
      filter + (<usize>(pixel * inChannels * outChannels) << 2), outChannels, inChannels, true,
      packed + (<usize>(pixel * channels * outChannels) << 2),
    );
  }
  for (let index = 0; index < batch; index++) {
    memory.fill(image, 0, imageBytes);
    const gradient = outputGradient + (<usize>index * <usize>(outPixels * outChannels) << 2);
    for (let pixel = 0; pixel < filterPixels; pixel++) {
      const place = ((pixel / filterWidth) * width + pixel % filterWidth) * channels;
      addPosition(
        gradient, outPixels, outChannels, packed + (<usize>(pixel * channels * outChannels) << 2), channels, offsets, image + (<usize>place << 2),
      );
    }
    cutOut(
      image + (<usize>((padTop * width + padLeft) * channels) << 2), width, channels,
      inHeight, inWidth, inChannels, inputGradient + (<usize>index * <usize>(inHeight * inWidth * inChannels) << 2),
    );
  }
}

function addPosition(
  gradient: usize, outPixels: i32, outChannels: i32, weights: usize, channels: i32, offsets: usize, target: usize,
): void {
  const row = <usize>outChannels << 2;
  for (let column = 0; column < channels; column += 8) {
    const wide = channels - column > 4;
    const panel = weights + (<usize>(column * outChannels) << 2);
    const start = target + (<usize>column << 2);
    for (let pixel = 0; pixel < outPixels; pixel += 4) {
      const left = outPixels - pixel - 1;
      const a0 = gradient + <usize>pixel * row, a1 = a0 + <usize>minimum(1, left) * row;
      const a2 = a0 + <usize>minimum(2, left) * row, a3 = a0 + <usize>minimum(3, left) * row;
      const at = offsets + (<usize>pixel << 2);
      const c0 = start + load<u32>(at), c1 = start + load<u32>(at, 4), c2 = start + load<u32>(at, 8), c3 = start + load<u32>(at, 12);
      if (wide) tile8(a0, a1, a2, a3, 4, outChannels, 1, 0, panel, 32, c0, c1, c2, c3, 0, true, 0);
      else tile4(a0, a1, a2, a3, 4, outChannels, 1, 0, panel, 16, c0, c1, c2, c3, 0, true, 0);
    }
  }
}

/** The inner part of a padded image, its channels side by side again. */
function cutOut(source: usize, paddedWidth: i32, paddedChannels: i32, height: i32, width: i32, channels: i32, target: usize): void {
  const pixelBytes = <usize>channels << 2, paddedPixelBytes = <usize>paddedChannels << 2;
  const paddedRowBytes = <usize>paddedWidth * paddedPixelBytes;
  for (let y = 0; y < height; y++, source += paddedRowBytes) {
    if (channels == paddedChannels) {
      memory.copy(target, source, <usize>width * pixelBytes);
      target += <usize>width * pixelBytes;
      continue;
    }
    for (let x = 0; x < width; x++, target += pixelBytes) {
      const pixel = source + <usize>x * paddedPixelBytes;
      for (let channel: usize = 0; channel < pixelBytes; channel += 4) store<f32>(target + channel, load<f32>(pixel + channel));
    }
  }
}
