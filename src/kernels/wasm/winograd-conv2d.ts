/**
 * Convolution 3x3 without strides by Winograd's minimal filtering, F(2x2, 3x3) (Lavin and Gray 2016): 16 products for four pixels in place of
 * 36. Tiles of 4 x 4 pixels and the filter are transformed, multiplied as 16 matrix products, and transformed back.
 */
import { gemm } from './gemm';
import { activate, maximum, minimum, zeros } from './lanes';
import { packPanels } from './pack';

/** Floats of transformed tiles at once: they stay in the second-level cache. */
const blockFloats: i32 = 65536;

// @ts-ignore: decorator
@inline
function tilesAtOnce(inChannels: i32, outChannels: i32): i32 {
  return maximum(4, (blockFloats / ((inChannels + outChannels) << 4)) & ~3);
}

/** Bytes of scratch that `winogradConv2d` needs. */
export function winogradConv2dScratchBytes(inChannels: i32, outChannels: i32): i32 {
  const tiles = tilesAtOnce(inChannels, outChannels);
  const matrix = inChannels * outChannels;
  return 128 + ((16 + inChannels + matrix * 17 + ((tiles * (inChannels + outChannels)) << 4)) << 2);
}

/** Channels are multiples of four. `turned`: the filter is `[3, 3, outChannels, inChannels]` and turned by half a circle. Bias is 0 for none. */
export function winogradConv2d(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32, padTop: i32, padLeft: i32,
  input: usize, filter: usize, turned: bool, output: usize, bias: usize, activation: i32, scratch: usize,
): void {
  const across = (outWidth + 1) >> 1, perImage = across * ((outHeight + 1) >> 1), allTiles = batch * perImage;
  const blockTiles = tilesAtOnce(inChannels, outChannels), matrixBytes = <usize>(inChannels * outChannels) << 2;
  const pixelBytes = <usize>inChannels << 2, outPixelBytes = <usize>outChannels << 2;
  const edge = scratch, pixels = edge + 128, nothing = pixels + 64, matrix = nothing + pixelBytes;
  const matrices = matrix + matrixBytes, tiles = matrices + matrixBytes * 16;
  const products = tiles + ((<usize>blockTiles * pixelBytes) << 4);
  memory.fill(nothing, 0, pixelBytes);
  for (let index = 0; index < 16; index++) {
    transformFilter(filter, matrixBytes, turned, index >> 2, index & 3, matrix);
    packPanels(matrix, inChannels, outChannels, turned, matrices + <usize>index * matrixBytes);
  }

  for (let first = 0; first < allTiles; first += blockTiles) {
    const rows = minimum(blockTiles, allTiles - first);
    const size = <usize>rows * pixelBytes, resultSize = <usize>rows * outPixelBytes;
    for (let row = 0; row < rows; row++) {
      const tile = first + row, image = tile / perImage, place = tile % perImage;
      const source = input + <usize>(image * inHeight * inWidth) * pixelBytes;
      listPixels(source, inHeight, inWidth, pixelBytes, ((place / across) << 1) - padTop, ((place % across) << 1) - padLeft, nothing, pixels);
      transformTile(pixels, pixelBytes, tiles + <usize>row * pixelBytes, size);
    }
    for (let index: usize = 0; index < 16; index++) {
      gemm(rows, outChannels, inChannels, tiles + index * size, false, matrices + index * matrixBytes, products + index * resultSize, 0, false, 0, edge);
    }
    for (let row = 0; row < rows; row++) {
      const tile = first + row, image = tile / perImage, place = tile % perImage;
      const y = (place / across) << 1, x = (place % across) << 1;
      const target = output + <usize>((image * outHeight + y) * outWidth + x) * outPixelBytes;
      transformBack(
        products + <usize>row * outPixelBytes, resultSize, outPixelBytes, bias, activation, target, <usize>outWidth * outPixelBytes,
        x + 1 < outWidth, y + 1 < outHeight,
      );
    }
  }
}

/** Entry `row`, `column` of the 4 x 4 of every pair of channels: `G g G^T`. */
function transformFilter(filter: usize, matrixBytes: usize, turned: bool, row: i32, column: i32, target: usize): void {
  const step = turned ? -1 : 1, start = filter + (turned ? matrixBytes * 8 : 0);
  const r0 = factorOf(row, 0), r1 = factorOf(row, 1), r2 = factorOf(row, 2);
  const c0 = factorOf(column, 0), c1 = factorOf(column, 1), c2 = factorOf(column, 2);
  for (let at: usize = 0; at < matrixBytes; at += 16) {
    let sum = zeros();
    for (let v = 0; v < 3; v++) {
      const factor = v == 0 ? r0 : v == 1 ? r1 : r2;
      if (factor == 0) continue;
      const from = start + <usize>(step * v * 3) * matrixBytes + at;
      const g0 = v128.load(from), g1 = v128.load(from + <usize>step * matrixBytes), g2 = v128.load(from + <usize>(step * 2) * matrixBytes);
      const line = f32x4.add(f32x4.add(f32x4.mul(g0, f32x4.splat(c0)), f32x4.mul(g1, f32x4.splat(c1))), f32x4.mul(g2, f32x4.splat(c2)));
      sum = f32x4.add(sum, f32x4.mul(line, f32x4.splat(factor)));
    }
    v128.store(target + at, sum);
  }
}

/** G: rows 1 0 0, 1/2 1/2 1/2, 1/2 -1/2 1/2, 0 0 1. */
function factorOf(row: i32, column: i32): f32 {
  if (row == 0) return column == 0 ? 1 : 0;
  if (row == 3) return column == 2 ? 1 : 0;
  return row == 2 && column == 1 ? -0.5 : 0.5;
}

/** Addresses of a tile's 16 pixels; those outside of the image are `nothing`. */
function listPixels(source: usize, height: i32, width: i32, pixelBytes: usize, top: i32, left: i32, nothing: usize, target: usize): void {
  for (let y = top; y < top + 4; y++) {
    for (let x = left; x < left + 4; x++, target += 4) {
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      store<usize>(target, isInside ? source + <usize>(y * width + x) * pixelBytes : nothing);
    }
  }
}

/** `B^T d B` of every channel; the 16 results are `size` bytes apart. */
function transformTile(pixels: usize, pixelBytes: usize, target: usize, size: usize): void {
  for (let at: usize = 0; at < pixelBytes; at += 16) {
    for (let column: usize = 0; column < 4; column++) {
      // The same four rows for each of the four columns of results: they come from the first-level cache.
      const a = column == 3 ? 1 : column, b: usize = column == 0 ? 2 : column == 3 ? 3 : column == 1 ? 2 : 1;
      const d0 = difference(pixels, a, b, column, at), d1 = difference(pixels + 16, a, b, column, at);
      const d2 = difference(pixels + 32, a, b, column, at), d3 = difference(pixels + 48, a, b, column, at);
      const to = target + column * size + at;
      v128.store(to, f32x4.sub(d0, d2));
      v128.store(to + size * 4, f32x4.add(d1, d2));
      v128.store(to + size * 8, f32x4.sub(d2, d1));
      v128.store(to + size * 12, f32x4.sub(d1, d3));
    }
  }
}

/** One entry of a row times B: d0 - d2, d1 + d2, d2 - d1, d1 - d3. */
// @ts-ignore: decorator
@inline
function difference(row: usize, a: usize, b: usize, column: usize, at: usize): v128 {
  const first = v128.load(load<usize>(row + (a << 2)) + at), second = v128.load(load<usize>(row + (b << 2)) + at);
  return column == 1 ? f32x4.add(first, second) : f32x4.sub(first, second);
}

/** `A^T m A` of every channel: four pixels, as far as they lie in the image. */
function transformBack(
  source: usize, size: usize, pixelBytes: usize, bias: usize, activation: i32, target: usize, rowBytes: usize, hasRight: bool, hasBelow: bool,
): void {
  for (let at: usize = 0; at < pixelBytes; at += 16) {
    const start = bias == 0 ? zeros() : v128.load(bias + at);
    const from = source + at;
    const u0 = upper(from, size), u1 = upper(from + size, size), u2 = upper(from + size * 2, size), u3 = upper(from + size * 3, size);
    const to = target + at;
    v128.store(to, activate(f32x4.add(f32x4.add(f32x4.add(u0, u1), u2), start), activation));
    if (hasRight) v128.store(to + pixelBytes, activate(f32x4.add(f32x4.sub(f32x4.sub(u1, u2), u3), start), activation));
    if (!hasBelow) continue;
    const l0 = lower(from, size), l1 = lower(from + size, size), l2 = lower(from + size * 2, size), l3 = lower(from + size * 3, size);
    const below = to + rowBytes;
    v128.store(below, activate(f32x4.add(f32x4.add(f32x4.add(l0, l1), l2), start), activation));
    if (hasRight) v128.store(below + pixelBytes, activate(f32x4.add(f32x4.sub(f32x4.sub(l1, l2), l3), start), activation));
  }
}

// @ts-ignore: decorator
@inline
function upper(from: usize, size: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(from), v128.load(from + size * 4)), v128.load(from + size * 8));
}

// @ts-ignore: decorator
@inline
function lower(from: usize, size: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(from + size * 4), v128.load(from + size * 8)), v128.load(from + size * 12));
}
