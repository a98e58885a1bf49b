/**
 * Convolution by Winograd's minimal filtering, F(m, 3) along one axis or both, for the engine (Winograd 1980; Lavin and Gray 2016). Tiles of
 * m + 2 pixels a side overlap by two; their transforms are one matrix per position, [tiles, inChannels], each multiplied with the
 * transformed filter of its position, [inChannels, outChannels], and transformed back. m is 4, 2, or 1 along an axis without taps.
 * The evaluation points are 0, 1, -1, (2, -2) and infinity; ../winograd/cook-toom.ts derives the matrices.
 */
import { gemm } from './gemm';
import { activate, maximum, minimum, zeros } from './lanes';
import { padImage } from './windows';

/** Floats of transformed tiles at once: with the filters they stay in the second-level cache. */
const blockFloats: i32 = 98304;
const mostTiles: i32 = 64;
/** A tile of four channels on its way: 6 x 6 vectors. */
const tileBytes: usize = 576;

// @ts-ignore: decorator
@inline
function sizeOf(outputs: i32): i32 {
  return outputs == 1 ? 1 : outputs + 2;
}

// @ts-ignore: decorator
@inline
function tilesAcross(outSize: i32, outputs: i32): i32 {
  return (outSize + outputs - 1) / outputs;
}

// @ts-ignore: decorator
@inline
function tilesAtOnce(inChannels: i32, outChannels: i32, positions: i32): i32 {
  return minimum(mostTiles, maximum(4, (blockFloats / ((inChannels + outChannels) * positions)) & ~3));
}

// @ts-ignore: decorator
@inline
function imagesAtOnce(batch: i32, blockTiles: i32, perImage: i32): i32 {
  return minimum(batch, maximum(1, blockTiles / perImage));
}

/** Bytes of scratch that `winograd` needs. @param outputsY m of the vertical axis */
export function winogradScratchBytes(
  batch: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32, outputsY: i32, outputsX: i32,
): i32 {
  const positions = sizeOf(outputsY) * sizeOf(outputsX), down = tilesAcross(outHeight, outputsY), across = tilesAcross(outWidth, outputsX);
  const blockTiles = tilesAtOnce(inChannels, outChannels, positions), images = imagesAtOnce(batch, blockTiles, down * across);
  const height = down * outputsY + sizeOf(outputsY) - outputsY, width = across * outputsX + sizeOf(outputsX) - outputsX;
  return 128 + <i32>tileBytes + ((images * height * width * inChannels + blockTiles * positions * (inChannels + outChannels)) << 2);
}

/** Channels are multiples of four. Filters: one packed matrix after the other. Bias `[outChannels]`. */
export function winograd(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32, padTop: i32, padLeft: i32,
  outputsY: i32, outputsX: i32, input: usize, filters: usize, output: usize, bias: usize, activation: i32, scratch: usize,
): void {
  const sizeY = sizeOf(outputsY), sizeX = sizeOf(outputsX), positions = sizeY * sizeX;
  const down = tilesAcross(outHeight, outputsY), across = tilesAcross(outWidth, outputsX), perImage = down * across;
  const blockTiles = tilesAtOnce(inChannels, outChannels, positions), blockImages = imagesAtOnce(batch, blockTiles, perImage);
  const height = down * outputsY + sizeY - outputsY, width = across * outputsX + sizeX - outputsX;
  const inPixel = <usize>inChannels << 2, outPixel = <usize>outChannels << 2, rowBytes = <usize>width * inPixel, outRow = <usize>outWidth * outPixel;
  const imageBytes = <usize>height * rowBytes, inImage = <usize>(inHeight * inWidth) * inPixel, outImage = <usize>outHeight * outRow;
  const matrixBytes = <usize>inChannels * outPixel;
  const tile = scratch + 128, padded = tile + tileBytes, tiles = padded + <usize>blockImages * imageBytes;
  const products = tiles + <usize>(blockTiles * positions) * inPixel;

  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first), all = images * perImage;
    for (let image = 0; image < images; image++) {
      padImage(
        input + <usize>(first + image) * inImage, inHeight, inWidth, inChannels, padTop, padLeft, height, width,
        padded + <usize>image * imageBytes,
      );
    }
    for (let start = 0; start < all; start += blockTiles) {
      const rows = minimum(blockTiles, all - start);
      const size = <usize>rows * inPixel, resultSize = <usize>rows * outPixel;
      for (let row = 0; row < rows; row++) {
        const image = (start + row) / perImage, place = (start + row) % perImage;
        const source = padded + <usize>image * imageBytes + <usize>((place / across) * outputsY) * rowBytes
          + <usize>((place % across) * outputsX) * inPixel;
        transformTile(source, rowBytes, inPixel, sizeY, sizeX, tile, tiles + <usize>row * inPixel, size);
      }
      for (let position = 0; position < positions; position++) {
        const at = <usize>position;
        gemm(
          rows, outChannels, inChannels, tiles + at * size, false, filters + at * matrixBytes, products + at * resultSize, 0, false, 0, scratch,
        );
      }
      for (let row = 0; row < rows; row++) {
        const image = first + (start + row) / perImage, place = (start + row) % perImage;
        const y = (place / across) * outputsY, x = (place % across) * outputsX;
        transformBack(
          products + <usize>row * outPixel, resultSize, outPixel, sizeY, sizeX, outputsY, outputsX, tile, bias, activation,
          output + <usize>image * outImage + <usize>y * outRow + <usize>x * outPixel, outRow,
          minimum(outputsY, outHeight - y), minimum(outputsX, outWidth - x),
        );
      }
    }
  }
}

/** `BT d B` of every channel, four at once; the results of the positions are `size` bytes apart. */
function transformTile(source: usize, rowBytes: usize, pixel: usize, sizeY: i32, sizeX: i32, tile: usize, target: usize, size: usize): void {
  const tileRow = <usize>sizeX << 4;
  for (let at: usize = 0; at < pixel; at += 16) {
    for (let x: usize = 0; x < <usize>sizeX; x++) transformInputs(source + at + x * pixel, rowBytes, sizeY, tile + (x << 4), tileRow);
    for (let y: usize = 0; y < <usize>sizeY; y++) {
      transformInputs(tile + y * tileRow, 16, sizeX, target + at + y * <usize>sizeX * size, size);
    }
  }
}

/** One column or row, BT d. */
// @ts-ignore: decorator
@inline
function transformInputs(from: usize, step: usize, size: i32, to: usize, stepTo: usize): void {
  if (size == 6) {
    const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + step * 2);
    const d3 = v128.load(from + step * 3), d4 = v128.load(from + step * 4), d5 = v128.load(from + step * 5);
    const four = f32x4.splat(4), two = f32x4.splat(2), five = f32x4.splat(5);
    const a = f32x4.sub(d4, f32x4.mul(four, d2)), b = f32x4.sub(d3, f32x4.mul(four, d1));
    const c = f32x4.sub(d4, d2), d = f32x4.mul(two, f32x4.sub(d3, d1));
    v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4));
    v128.store(to + stepTo, f32x4.add(a, b));
    v128.store(to + stepTo * 2, f32x4.sub(a, b));
    v128.store(to + stepTo * 3, f32x4.add(c, d));
    v128.store(to + stepTo * 4, f32x4.sub(c, d));
    v128.store(to + stepTo * 5, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5));
  } else if (size == 4) {
    const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + step * 2), d3 = v128.load(from + step * 3);
    v128.store(to, f32x4.sub(d2, d0));
    v128.store(to + stepTo, f32x4.add(d2, d1));
    v128.store(to + stepTo * 2, f32x4.sub(d2, d1));
    v128.store(to + stepTo * 3, f32x4.sub(d3, d1));
  } else {
    v128.store(to, v128.load(from));
  }
}

/** `AT m A` of every channel, as far as the outputs lie in the image: `rows` x `columns` of them. */
function transformBack(
  source: usize, size: usize, pixel: usize, sizeY: i32, sizeX: i32, outputsY: i32, outputsX: i32, tile: usize, bias: usize, activation: i32,
  target: usize, outRow: usize, rows: i32, columns: i32,
): void {
  const tileRow = <usize>sizeX << 4;
  for (let at: usize = 0; at < pixel; at += 16) {
    for (let x: usize = 0; x < <usize>sizeX; x++) {
      transformProducts(source + at + x * size, size * <usize>sizeX, outputsY, tile + (x << 4), tileRow, zeros(), 0, outputsY);
    }
    const start = v128.load(bias + at);
    for (let y = 0; y < rows; y++) {
      transformProducts(tile + <usize>y * tileRow, 16, outputsX, target + at + <usize>y * outRow, pixel, start, activation, columns);
    }
  }
}

/** One column or row, AT m; the first `count` results are stored. */
// @ts-ignore: decorator
@inline
function transformProducts(from: usize, step: usize, outputs: i32, to: usize, stepTo: usize, start: v128, activation: i32, count: i32): void {
  const m0 = f32x4.add(v128.load(from), start);
  if (outputs == 4) {
    const m1 = v128.load(from + step), m2 = v128.load(from + step * 2), m3 = v128.load(from + step * 3);
    const m4 = v128.load(from + step * 4), m5 = v128.load(from + step * 5);
    const a = f32x4.add(m1, m2), b = f32x4.sub(m1, m2), c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
    v128.store(to, activate(f32x4.add(f32x4.add(m0, a), c), activation));
    if (count > 1) v128.store(to + stepTo, activate(f32x4.add(f32x4.add(b, f32x4.add(d, d)), start), activation));
    if (count > 2) v128.store(to + stepTo * 2, activate(f32x4.add(f32x4.add(a, f32x4.mul(f32x4.splat(4), c)), start), activation));
    if (count > 3) {
      v128.store(to + stepTo * 3, activate(f32x4.add(f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(8), d)), m5), start), activation));
    }
  } else if (outputs == 2) {
    const m1 = v128.load(from + step), m2 = v128.load(from + step * 2), m3 = v128.load(from + step * 3);
    v128.store(to, activate(f32x4.add(f32x4.add(m0, m1), m2), activation));
    if (count > 1) v128.store(to + stepTo, activate(f32x4.add(f32x4.add(f32x4.sub(m1, m2), m3), start), activation));
  } else {
    v128.store(to, activate(m0, activation));
  }
}
