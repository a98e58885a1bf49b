/**
 * Gradient of a convolution with respect to its filter: window (transposed) times output gradient, summed over all windows. One image at a
 * time, both of whose tensors stay in cache; row m of A is the float that position m of the filter meets, a window further on with each step.
 */
import { roundUp4, storeLanes } from './lanes';
import { packPanels, panelWidth } from './pack';
import { tile4, tile8 } from './tiles';
import { fits, padImage, reach } from './windows';

/** Fewer output channels than this use a gathered tile too seldom. */
const columnsWorthGathering: i32 = 32;

/** Bytes of scratch that `conv2dFilterGradient` needs. */
export function conv2dFilterGradientScratchBytes(
  inChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  strideHeight: i32,
  strideWidth: i32,
): i32 {
  const positions = roundUp4(filterHeight * filterWidth * inChannels),
    columns = roundUp4(outChannels);
  const padded = reach(outHeight, filterHeight, strideHeight) * reach(outWidth, filterWidth, strideWidth) * inChannels;
  return (positions + positions * columns + outHeight * outWidth * (columns + 4) + padded) << 2;
}

export function conv2dFilterGradient(
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
  outputGradient: usize,
  filterGradient: usize,
  scratch: usize,
): void {
  const asIs = fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const width = asIs ? inWidth : reach(outWidth, filterWidth, strideWidth);
  const count = filterHeight * filterWidth * inChannels, positions = roundUp4(count);
  const columns = roundUp4(outChannels), outPixels = outHeight * outWidth;
  const offsets = scratch, sums = offsets + ((<usize>positions) << 2);
  const packed = sums + ((<usize>(positions * columns)) << 2), gathered = packed + ((<usize>(outPixels * columns)) << 2);
  const padded = gathered + ((<usize>outPixels) << 4);

  listPositions(filterHeight, filterWidth * inChannels, (width * inChannels) << 2, positions, offsets);
  if (batch == 0) memory.fill(sums, 0, (<usize>(positions * columns)) << 2);
  for (let image = 0; image < batch; image++) {
    let source = input + ((<usize>image * <usize>(inHeight * inWidth * inChannels)) << 2);
    if (!asIs) {
      padImage(source, inHeight, inWidth, inChannels, padTop, padLeft, height, width, padded);
      source = padded;
    }
    packPanels(outputGradient + ((<usize>image * <usize>(outPixels * outChannels)) << 2), outPixels, outChannels, false, packed);
    addImage(
      source, packed, offsets, positions, columns, outHeight, outWidth,
      (<usize>(strideWidth * inChannels)) << 2, (<usize>(strideHeight * width * inChannels)) << 2, sums, image > 0, gathered,
    );
  }
  unpackPanels(sums, count, positions, outChannels, filterGradient);
}

/** The sums stand as panels of eight columns, `[panel][position][8]` (a last one of at most four is four wide): a tile is one stretch. */
function unpackPanels(sums: usize, count: i32, positions: i32, outChannels: i32, target: usize): void {
  for (let column = 0; column < outChannels; column += 8) {
    const width = panelWidth(column, outChannels), columns = outChannels - column;
    let panel = sums + (<usize>(column * positions) << 2);
    for (let position = 0; position < count; position++, panel += <usize>width << 2) {
      const row = target + (<usize>(position * outChannels + column) << 2);
      storeLanes(row, v128.load(panel), columns);
      if (width == 8) storeLanes(row + 16, v128.load(panel, 16), columns - 4);
    }
  }
}

/** Byte offset in the image of every position of the first window, filled up by repeating the last one. */
function listPositions(filterHeight: i32, rowFloats: i32, rowBytes: i32, positions: i32, target: usize): void {
  const last = filterHeight * rowFloats - 1;
  for (let position = 0; position < positions; position++) {
    const real = position > last ? last : position;
    store<i32>(target + ((<usize>position) << 2), (real / rowFloats) * rowBytes + ((real % rowFloats) << 2));
  }
}

function addImage(
  source: usize, gradient: usize, offsets: usize, positions: i32, columns: i32, outHeight: i32, outWidth: i32,
  stepSource: usize, rowSource: usize, sums: usize, accumulate: bool, gathered: usize,
): void {
  const outPixels = outHeight * outWidth;
  for (let position = 0; position < positions; position += 4) {
    const at = offsets + (<usize>position << 2);
    let a0 = source + load<u32>(at), a1 = source + load<u32>(at, 4), a2 = source + load<u32>(at, 8), a3 = source + load<u32>(at, 12);
    let step = stepSource, length = outWidth, segments = outHeight;
    if (columns >= columnsWorthGathering && a3 == a0 + 12) {
      gather(a0, stepSource, rowSource, outHeight, outWidth, gathered);
      a0 = gathered; a1 = gathered + 4; a2 = gathered + 8; a3 = gathered + 12;
      step = 16; length = outPixels; segments = 1;
    }
    for (let column = 0; column < columns; column += 8) {
      const b = gradient + (<usize>(column * outPixels) << 2);
      const c = sums + (<usize>(column * positions + position * panelWidth(column, columns)) << 2);
      if (columns - column > 4) {
        tile8(a0, a1, a2, a3, step, length, segments, rowSource, b, 32, c, c + 32, c + 64, c + 96, 0, accumulate, 0);
      } else {
        tile4(a0, a1, a2, a3, step, length, segments, rowSource, b, 16, c, c + 16, c + 32, c + 48, 0, accumulate, 0);
      }
    }
  }
}

/** Four positions that stand side by side, of all windows: `[outHeight * outWidth, 4]`. Short rows cost the tiles more than this copy. */
function gather(source: usize, stepSource: usize, rowSource: usize, outHeight: i32, outWidth: i32, target: usize): void {
  for (let y = 0; y < outHeight; y++, source += rowSource) {
    let from = source;
    for (let x = 0; x < outWidth; x++, from += stepSource, target += 16) v128.store(target, v128.load(from));
  }
}
