/**
 * Gradient of a convolution with respect to its filter: window (transposed) times output gradient, summed over all windows. One image at a
 * time, both of whose tensors stay in cache; row m of A is the float that position m of the filter meets, a window further on with each step.
 */
import { roundUp4 } from './lanes';
import { stridedTile4, stridedTile8 } from './tiles';
import { fits, padImage, reach } from './windows';

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
  return (positions + positions * columns + outHeight * outWidth * columns + padded) << 2;
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
  const count = filterHeight * filterWidth * inChannels,
    positions = roundUp4(count),
    columns = roundUp4(outChannels);
  const offsets = scratch,
    sums = offsets + ((<usize>positions) << 2),
    spread = sums + ((<usize>(positions * columns)) << 2);
  const padded = spread + ((<usize>(outHeight * outWidth * columns)) << 2);

  listPositions(filterHeight, filterWidth * inChannels, (width * inChannels) << 2, positions, offsets);
  if (batch == 0) memory.fill(sums, 0, (<usize>(positions * columns)) << 2);
  for (let image = 0; image < batch; image++) {
    let source = input + ((<usize>image * <usize>(inHeight * inWidth * inChannels)) << 2);
    if (!asIs) {
      padImage(source, inHeight, inWidth, inChannels, padTop, padLeft, height, width, padded);
      source = padded;
    }
    let gradient = outputGradient + ((<usize>image * <usize>(outHeight * outWidth * outChannels)) << 2);
    if (columns != outChannels) {
      spreadRows(gradient, outHeight * outWidth, outChannels, columns, spread);
      gradient = spread;
    }
    addImage(
      source,
      gradient,
      offsets,
      positions,
      columns,
      outHeight,
      outWidth,
      (<usize>(strideWidth * inChannels)) << 2,
      (<usize>(strideHeight * width * inChannels)) << 2,
      sums,
      image > 0,
    );
  }
  for (let position = 0; position < count; position++) {
    memory.copy(
      filterGradient + ((<usize>(position * outChannels)) << 2),
      sums + ((<usize>(position * columns)) << 2),
      (<usize>outChannels) << 2,
    );
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

/** Widens rows to a multiple of four floats; the new ones are zeros. */
function spreadRows(source: usize, rows: i32, columns: i32, wideColumns: i32, target: usize): void {
  const rowBytes = (<usize>columns) << 2,
    wideRowBytes = (<usize>wideColumns) << 2;
  const whole = columns & ~3;
  for (let row = 0; row < rows; row++, source += rowBytes, target += wideRowBytes) {
    for (let column = 0; column < whole; column += 4) {
      v128.store(target + ((<usize>column) << 2), v128.load(source + ((<usize>column) << 2)));
    }
    v128.store(target + ((<usize>whole) << 2), f32x4.splat(0));
    for (let column = whole; column < columns; column++) {
      store<f32>(target + ((<usize>column) << 2), load<f32>(source + ((<usize>column) << 2)));
    }
  }
}

function addImage(
  source: usize,
  gradient: usize,
  offsets: usize,
  positions: i32,
  columns: i32,
  outHeight: i32,
  outWidth: i32,
  stepSource: usize,
  rowSource: usize,
  sums: usize,
  accumulate: bool,
): void {
  const rowSums = (<usize>columns) << 2;
  for (let column = 0; column < columns; column += 8) {
    const wide = columns - column > 4;
    const b = gradient + ((<usize>column) << 2);
    for (let position = 0; position < positions; position += 4) {
      const at = offsets + ((<usize>position) << 2);
      const a0 = source + load<u32>(at),
        a1 = source + load<u32>(at, 4),
        a2 = source + load<u32>(at, 8),
        a3 = source + load<u32>(at, 12);
      const c0 = sums + <usize>position * rowSums + ((<usize>column) << 2);
      const c1 = c0 + rowSums,
        c2 = c1 + rowSums,
        c3 = c2 + rowSums;
      if (wide) stridedTile8(a0, a1, a2, a3, stepSource, outWidth, outHeight, rowSource, b, rowSums, c0, c1, c2, c3, 0, accumulate, 0);
      else stridedTile4(a0, a1, a2, a3, stepSource, outWidth, outHeight, rowSource, b, rowSums, c0, c1, c2, c3, 0, accumulate, 0);
    }
  }
}
