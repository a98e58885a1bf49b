/**
 * 3x3 convolutions in whole numbers by Winograd's F(2x2, 3x3) and F(4x4, 3x3) (Lavin and Gray, 2016), exactly: the filter's matrix G is
 * multiplied by 2 or 24, so that all that is computed is whole, and sums are 4 or 576 times the convolution's. Sums of 32 bits may run over
 * on the way: they are right modulo 2 ** 32, 9 of 576 = 9 * 64 has an inverse there, and 64 times the result fits.
 *
 * A tile of 2x2 (4x4) pixels reads 4x4 (6x6) numbers, its places. A panel has eight columns: their scales and biases (32 bytes each), then
 * for each place and each two channels the two weights of the first column, of the second one and so on, 16 bits each.
 */
import { rangeOf, roundImage, scaleOf, zeroPointOf } from './int8-inputs';
import { numberShift } from './int8-tiles';
import { inputOf2, inputOf4, outputOf2, outputOf4 } from './int8-winograd-tiles';
import { maximum, minimum } from './lanes';

/** Bytes of transformed inputs at once: they stay in the second-level cache. */
const blockBytes: i32 = 262144;
const rangeBytes: i32 = 16;
const panelHead: usize = 64;

/** Bytes of the sums of four tiles: 32 a place and tile. */
// @ts-ignore: decorator
@inline
function sumsBytes(places: i32): i32 {
  return places << 7;
}

// @ts-ignore: decorator
@inline
function tilesAtOnce(tiles: i32, places: i32, channels: i32): i32 {
  return minimum((tiles + 3) & ~3, maximum(4, (blockBytes / (places * channels << 1)) & ~3));
}

// @ts-ignore: decorator
@inline
function tilesOf(length: i32, size: i32): i32 {
  return (length + size - 1) / size;
}

/** Bytes of scratch that `int8Winograd` needs. */
export function int8WinogradScratchBytes(size: i32, inChannels: i32, outHeight: i32, outWidth: i32): i32 {
  const tilesHigh = tilesOf(outHeight, size), tilesWide = tilesOf(outWidth, size), places = (size + 2) * (size + 2);
  const imageBytes = ((size * tilesHigh + 2) * (size * tilesWide + 2) * inChannels) << numberShift;
  const blocksBytes = (tilesAtOnce(tilesHigh * tilesWide, places, inChannels) * places * inChannels) << 1;
  return sumsBytes(places) + rangeBytes + blocksBytes + imageBytes + 32;
}

/**
 * Input and output are float32; `inChannels` is a multiple of eight.
 * @param size of a tile: 2 or 4 @param scale of the inputs; 0: that of each sample's own range
 */
export function int8Winograd(
  size: i32, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32, padTop: i32, padLeft: i32,
  input: usize, panels: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, scratch: usize,
): void {
  const tilesHigh = tilesOf(outHeight, size), tilesWide = tilesOf(outWidth, size), tiles = tilesHigh * tilesWide;
  const height = size * tilesHigh + 2, width = size * tilesWide + 2, places = (size + 2) * (size + 2);
  const inputFloats = inHeight * inWidth * inChannels;
  // Four tiles stand together, place after place: places far apart would fall on the same lines of the cache.
  const blockTiles = tilesAtOnce(tiles, places, inChannels), channelBytes = <usize>inChannels << 1, placeBytes = channelBytes << 2;
  const fourBytes = placeBytes * <usize>places;
  const range = scratch + sumsBytes(places), block = range + rangeBytes, numbers = block + <usize>(blockTiles >> 2) * fourBytes;
  const rowBytes = <usize>(width * inChannels) << numberShift;
  const panelBytes = panelHead + <usize>(places * inChannels << 4);
  const pixelBytes = <usize>outChannels << 2, outputRowBytes = <usize>outWidth * pixelBytes;
  const dynamic = scale == 0;
  for (let image = 0; image < batch; image++, input += <usize>inputFloats << 2, output += <usize>outHeight * outputRowBytes) {
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
        const source = numbers + <usize>(size * y) * rowBytes + (<usize>(size * x * inChannels) << numberShift);
        const target = block + <usize>(tile >> 2) * fourBytes + <usize>(tile & 3) * channelBytes;
        if (size == 4) inputOf4(source, rowBytes, inChannels, zeroPoint, target, placeBytes);
        else inputOf2(source, rowBytes, inChannels, zeroPoint, target, placeBytes);
      }
      let panel = panels;
      for (let column = 0; column < outChannels; column += 8, panel += panelBytes) {
        for (let tile = 0; tile < count; tile += 4) {
          sumTiles(places, block + <usize>(tile >> 2) * fourBytes, placeBytes, panel + panelHead, scratch);
          for (let one = 0; one < minimum(4, count - tile); one++) {
            const y = (first + tile + one) / tilesWide, x = first + tile + one - y * tilesWide;
            const rows = minimum(size, outHeight - size * y), columns = minimum(size, outWidth - size * x), lanes = outChannels - column;
            const target = output + <usize>(size * y) * outputRowBytes + <usize>(size * x) * pixelBytes + (<usize>column << 2);
            for (let half: usize = 0; half < 32; half += 16) {
              const sums = scratch + (<usize>one << 5) + half;
              if (size == 4) outputOf4(sums, panel + half, scale, activation, rows, columns, target + half, pixelBytes, outputRowBytes, lanes - <i32>(half >> 2));
              else outputOf2(sums, panel + half, scale, activation, rows, columns, target + half, pixelBytes, outputRowBytes, lanes - <i32>(half >> 2));
            }
          }
        }
      }
    }
  }
}

/** For each place: four tiles times eight columns. */
function sumTiles(places: i32, source: usize, placeBytes: usize, b: usize, sums: usize): void {
  const row = placeBytes >> 2;
  for (; places > 0; places--, source += placeBytes, sums += 128) {
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
