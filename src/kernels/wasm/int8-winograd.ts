/**
 * 3x3 convolutions in whole numbers by Winograd's F(2x2, 3x3) (Lavin and Gray, 2016), exactly: with twice the filter's matrix G all that is
 * computed is whole, and the sums are four times the convolution's. Four pixels take 16 products instead of 36, of numbers of 16 bits.
 *
 * A panel has eight columns: their scales and biases (32 bytes each), then for each of the 16 places of a tile and each two channels the two
 * weights of the first column, of the second one and so on, 16 bits each.
 */
import { rangeOf, roundImage, scaleOf, zeroPointOf } from './int8-inputs';
import { numberShift } from './int8-tiles';
import { activate, maximum, minimum, storeLanes } from './lanes';

/** Bytes of transformed inputs at once: they stay in the second-level cache. */
const blockBytes: i32 = 131072;
/** The sums of a tile of tiles: 16 places, four tiles, eight columns of 32 bits. */
const sumsBytes: i32 = 2048;
const rangeBytes: i32 = 16;
const panelHead: usize = 64;

// @ts-ignore: decorator
@inline
function tilesAtOnce(tiles: i32, channels: i32): i32 {
  return minimum((tiles + 3) & ~3, maximum(4, (blockBytes / (channels << 5)) & ~3));
}

// @ts-ignore: decorator
@inline
function tilesOf(size: i32): i32 {
  return (size + 1) >> 1;
}

/** Bytes of scratch that `int8Winograd` needs. */
export function int8WinogradScratchBytes(inChannels: i32, outHeight: i32, outWidth: i32): i32 {
  const tilesHigh = tilesOf(outHeight), tilesWide = tilesOf(outWidth);
  const imageBytes = ((2 * tilesHigh + 2) * (2 * tilesWide + 2) * inChannels) << numberShift;
  return sumsBytes + rangeBytes + tilesAtOnce(tilesHigh * tilesWide, inChannels) * (inChannels << 5) + imageBytes + 32;
}

/** Input and output are float32; `inChannels` is a multiple of eight. @param scale of the inputs; 0: that of each sample's own range */
export function int8Winograd(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32, padTop: i32, padLeft: i32,
  input: usize, panels: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, scratch: usize,
): void {
  const tilesHigh = tilesOf(outHeight), tilesWide = tilesOf(outWidth), tiles = tilesHigh * tilesWide;
  const height = 2 * tilesHigh + 2, width = 2 * tilesWide + 2, inputFloats = inHeight * inWidth * inChannels;
  // Four tiles stand together, place after place: far-apart places would fall on the same lines of the cache.
  const blockTiles = tilesAtOnce(tiles, inChannels), rowBytes = <usize>inChannels << 1, placeBytes = rowBytes << 2, fourBytes = placeBytes << 4;
  const range = scratch + sumsBytes, block = range + rangeBytes, numbers = block + <usize>(blockTiles >> 2) * fourBytes;
  const panelBytes = panelHead + (<usize>inChannels << 8);
  const dynamic = scale == 0;
  for (let image = 0; image < batch; image++, input += <usize>inputFloats << 2, output += <usize>(outHeight * outWidth * outChannels) << 2) {
    if (dynamic) {
      rangeOf(input, inputFloats, range);
      scale = scaleOf(range);
      zeroPoint = zeroPointOf(range, scale);
    }
    roundImage(input, inHeight, inWidth, inChannels, padTop, padLeft, height, width, scale, zeroPoint, numbers);
    for (let first = 0; first < tiles; first += blockTiles) {
      const count = minimum(blockTiles, tiles - first);
      for (let tile = 0; tile < count; tile++) {
        const y = (first + tile) / tilesWide, x = first + tile - y * tilesWide;
        const source = numbers + (<usize>((2 * y * width + 2 * x) * inChannels) << numberShift);
        const target = block + <usize>(tile >> 2) * fourBytes + <usize>(tile & 3) * rowBytes;
        transformInput(source, <usize>(width * inChannels) << numberShift, inChannels, zeroPoint, target, placeBytes);
      }
      let panel = panels;
      for (let column = 0; column < outChannels; column += 8, panel += panelBytes) {
        for (let tile = 0; tile < count; tile += 4) {
          sumTiles(block + <usize>(tile >> 2) * fourBytes, placeBytes, inChannels, panel + panelHead, scratch);
          for (let one = 0; one < minimum(4, count - tile); one++) {
            const y = (first + tile + one) / tilesWide, x = first + tile + one - y * tilesWide;
            transformOutput(
              scratch + (<usize>one << 5), panel, scale, activation, minimum(2, outHeight - 2 * y), minimum(2, outWidth - 2 * x),
              output + (<usize>((2 * y * outWidth + 2 * x) * outChannels + column) << 2), <usize>outChannels << 2,
              <usize>(outWidth * outChannels) << 2, outChannels - column,
            );
          }
        }
      }
    }
  }
}

/** Eight numbers, counted from the zero point. */
// @ts-ignore: decorator
@inline
function loadNumbers(source: usize, zero: v128): v128 {
  return i16x8.sub(numberShift == 1 ? v128.load(source) : v128.load8x8_u(source), zero);
}

/** B^T d B of a window of 4x4, eight channels at a time. */
// @ts-ignore: decorator
@inline
function transformInput(source: usize, rowBytes: usize, channels: i32, zeroPoint: i32, target: usize, placeBytes: usize): void {
  const zero = i16x8.splat(<i16>zeroPoint), pixel = <usize>channels << numberShift, rowPlaces = placeBytes << 2;
  for (let channel = 0; channel < channels; channel += 8, source += 8 << numberShift, target += 16) {
    for (let x: usize = 0; x < 4; x++) {
      const at = source + x * pixel;
      const d0 = loadNumbers(at, zero), d1 = loadNumbers(at + rowBytes, zero);
      const d2 = loadNumbers(at + 2 * rowBytes, zero), d3 = loadNumbers(at + 3 * rowBytes, zero);
      const to = target + x * placeBytes;
      v128.store(to, i16x8.sub(d0, d2));
      v128.store(to + rowPlaces, i16x8.add(d1, d2));
      v128.store(to + 2 * rowPlaces, i16x8.sub(d2, d1));
      v128.store(to + 3 * rowPlaces, i16x8.sub(d1, d3));
    }
    for (let y: usize = 0; y < 4; y++) {
      const to = target + y * rowPlaces;
      const d0 = v128.load(to), d1 = v128.load(to + placeBytes), d2 = v128.load(to + 2 * placeBytes), d3 = v128.load(to + 3 * placeBytes);
      v128.store(to, i16x8.sub(d0, d2));
      v128.store(to + placeBytes, i16x8.add(d1, d2));
      v128.store(to + 2 * placeBytes, i16x8.sub(d2, d1));
      v128.store(to + 3 * placeBytes, i16x8.sub(d1, d3));
    }
  }
}

/** For each of the 16 places: four tiles times eight columns. */
function sumTiles(source: usize, placeBytes: usize, channels: i32, b: usize, sums: usize): void {
  const row = <usize>channels << 1;
  for (let place = 0; place < 16; place++, source += placeBytes, sums += 128) {
    let s00 = i32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    const a1 = source + row, a2 = a1 + row, a3 = a2 + row;
    for (let at: usize = 0; at != row; at += 4, b += 32) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(source + at);
      s00 = i32x4.add(s00, i32x4.dot_i16x8_s(b0, x)); s01 = i32x4.add(s01, i32x4.dot_i16x8_s(b1, x));
      x = v128.load32_splat(a1 + at);
      s10 = i32x4.add(s10, i32x4.dot_i16x8_s(b0, x)); s11 = i32x4.add(s11, i32x4.dot_i16x8_s(b1, x));
      x = v128.load32_splat(a2 + at);
      s20 = i32x4.add(s20, i32x4.dot_i16x8_s(b0, x)); s21 = i32x4.add(s21, i32x4.dot_i16x8_s(b1, x));
      x = v128.load32_splat(a3 + at);
      s30 = i32x4.add(s30, i32x4.dot_i16x8_s(b0, x)); s31 = i32x4.add(s31, i32x4.dot_i16x8_s(b1, x));
    }
    v128.store(sums, s00); v128.store(sums, s01, 16); v128.store(sums, s10, 32); v128.store(sums, s11, 48);
    v128.store(sums, s20, 64); v128.store(sums, s21, 80); v128.store(sums, s30, 96); v128.store(sums, s31, 112);
  }
}

/** A^T M A, a quarter of which are the sums of up to four pixels; then as in int8-tiles.ts. */
// @ts-ignore: decorator
@inline
function transformOutput(
  sums: usize, panel: usize, scale: f32, activation: i32, rows: i32, columns: i32, output: usize, pixelBytes: usize, rowBytes: usize, lanes: i32,
): void {
  for (let half: usize = 0; half < 32; half += 16, lanes -= 4) {
    const unit = f32x4.mul(v128.load(panel + half), f32x4.splat(scale)), bias = v128.load(panel + half, 32);
    // Rows of A^T M, of which each gives two pixels of a row.
    for (let y = 0; y < rows; y++) {
      const r0 = outputRow(sums + half, y), r1 = outputRow(sums + half + 128, y);
      const r2 = outputRow(sums + half + 256, y), r3 = outputRow(sums + half + 384, y);
      const at = output + <usize>y * rowBytes + half;
      const left = i32x4.add(i32x4.add(r0, r1), r2);
      storeLanes(at, finished(left, unit, bias, activation), lanes);
      if (columns == 1) continue;
      const right = i32x4.sub(i32x4.sub(r1, r2), r3);
      storeLanes(at + pixelBytes, finished(right, unit, bias, activation), lanes);
    }
  }
}

/** What row `y` of A^T makes of a column of places. */
// @ts-ignore: decorator
@inline
function outputRow(sums: usize, y: i32): v128 {
  const middle = v128.load(sums, 512), next = v128.load(sums, 1024);
  if (y == 0) return i32x4.add(v128.load(sums), i32x4.add(middle, next));
  return i32x4.sub(i32x4.sub(middle, next), v128.load(sums, 1536));
}

// @ts-ignore: decorator
@inline
function finished(fourTimes: v128, unit: v128, bias: v128, activation: i32): v128 {
  const sum = i32x4.shr_s(fourTimes, 2);
  return activate(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), unit), bias), activation);
}
