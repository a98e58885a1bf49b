/**
 * Convolution without im2col: in `[batch, height, width, channels]` a row of a window stands side by side, so that a window is
 * `filterHeight` stretches of a row of A. Only images that need padding are copied.
 */
import { rowTile } from './gemm';
import { maximum, minimum } from './lanes';
import { panelWidth } from './pack';
import { fits, imagesAtOnce, padImage, reach, windowOffsets } from './windows';

/** Steps of the sum at once: a panel of the filter takes 32 bytes a step of the first-level cache. */
const stepsAtOnce: i32 = 640;

/** Bytes of scratch that `conv2d` needs. */
export function conv2dScratchBytes(
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  inChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): i32 {
  const asIs = fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const width = asIs ? inWidth : reach(outWidth, filterWidth, strideWidth);
  const imageBytes = (height * width * inChannels) << 2;
  const images = imagesAtOnce(batch, imageBytes);
  return 128 + ((images * outHeight * outWidth + 4) << 2) + (asIs ? 0 : images * imageBytes);
}

/** Filter packed as panels of `[filterHeight * filterWidth * inChannels, outChannels]`; bias as in `gemm`. */
export function conv2d(
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  inChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  input: usize,
  filter: usize,
  output: usize,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  const asIs = fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const width = asIs ? inWidth : reach(outWidth, filterWidth, strideWidth);
  const imageFloats = height * width * inChannels,
    outPixels = outHeight * outWidth;
  const blockImages = imagesAtOnce(batch, imageFloats << 2);
  const offsets = scratch + 128,
    padded = offsets + ((<usize>(blockImages * outPixels + 4)) << 2);
  let listed = 0;

  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first);
    if (images != listed) {
      windowOffsets(images, imageFloats, width, inChannels, outHeight, outWidth, strideHeight, strideWidth, offsets);
      listed = images;
    }
    const source = input + ((<usize>first * <usize>(inHeight * inWidth * inChannels)) << 2);
    if (!asIs) {
      for (let image = 0; image < images; image++) {
        padImage(
          source + ((<usize>image * <usize>(inHeight * inWidth * inChannels)) << 2),
          inHeight,
          inWidth,
          inChannels,
          padTop,
          padLeft,
          height,
          width,
          padded + ((<usize>image * <usize>imageFloats) << 2),
        );
      }
    }
    convolveBlock(
      images * outPixels,
      asIs ? source : padded,
      offsets,
      filterHeight,
      filterWidth * inChannels,
      (width * inChannels) << 2,
      outChannels,
      filter,
      output + ((<usize>first * <usize>(outPixels * outChannels)) << 2),
      bias,
      activation,
      scratch,
    );
  }
}

/** A long sum is done in groups of filter rows, so that the panel of the filter stays in the first-level cache. */
function convolveBlock(
  pixels: i32,
  source: usize,
  offsets: usize,
  filterRows: i32,
  rowSteps: i32,
  rowBytes: i32,
  outChannels: i32,
  filter: usize,
  output: usize,
  bias: usize,
  activation: i32,
  edge: usize,
): void {
  const groupRows = minimum(filterRows, maximum(1, stepsAtOnce / rowSteps));
  for (let row = 0; row < filterRows; row += groupRows) {
    const rows = minimum(groupRows, filterRows - row);
    const lastActivation = row + rows == filterRows ? activation : 0;
    for (let column = 0; column < outChannels; column += 8) {
      const panel =
        filter + ((<usize>column * <usize>(filterRows * rowSteps) + <usize>(row * rowSteps * panelWidth(column, outChannels))) << 2);
      convolvePanel(
        pixels,
        source + <usize>(row * rowBytes),
        offsets,
        rows,
        rowSteps,
        rowBytes,
        outChannels - column,
        panel,
        (<usize>outChannels) << 2,
        output + ((<usize>column) << 2),
        bias == 0 ? 0 : bias + ((<usize>column) << 2),
        row > 0,
        lastActivation,
        edge,
      );
    }
  }
}

function convolvePanel(
  pixels: i32,
  source: usize,
  offsets: usize,
  rows: i32,
  rowSteps: i32,
  rowBytes: usize,
  columns: i32,
  panel: usize,
  stepOutput: usize,
  output: usize,
  bias: usize,
  accumulate: bool,
  activation: i32,
  edge: usize,
): void {
  // One narrow panel alone: lanes too many fall on the next pixels, which are written later.
  const alone = !accumulate && columns < 8 && stepOutput == (<usize>columns << 2);
  const width = columns > 4 ? 8 : 4;
  for (let pixel = 0; pixel < pixels; pixel += 4, offsets += 16) {
    const target = output + <usize>pixel * stepOutput;
    const left = pixels - pixel - 1;
    rowTile(
      source + load<u32>(offsets),
      source + load<u32>(offsets, 4),
      source + load<u32>(offsets, 8),
      source + load<u32>(offsets, 12),
      rowSteps,
      rows,
      rowBytes,
      panel,
      target,
      target + <usize>minimum(1, left) * stepOutput,
      target + <usize>minimum(2, left) * stepOutput,
      target + <usize>minimum(3, left) * stepOutput,
      alone && pixel + 8 <= pixels ? width : columns,
      bias,
      accumulate,
      activation,
      edge,
    );
  }
}
