/**
 * Products with weights most of which are 0, over planes (planes.ts): after Elsen, Dukhan, Gale and Simonyan, "Fast sparse ConvNets", 2020.
 *
 * The weights of an output are a list of entries: where its input stands from the first plane on, in bytes, and the weight; `counts` says
 * how many. One weight meets up to 32 neighbouring pixels. In blocks, four outputs share a list: an entry has four weights, and what is
 * read of the input is used four times.
 */
import { activate, minimum, multiplyAdd, roundUp4 } from './lanes';
import { imageToPlanes, planesToRows, rowsToPlanes } from './planes';
import { sumPlanes } from './shared-sums';

/** An offset and one weight, or four. */
const entryBytes: usize = 8, blockBytes: usize = 20;

/**
 * Rows A `[m, k]` times the weights: C `[m, n]`. `rowsAtOnce` rows are in the planes together, each `planeBytes` long. Where `shared` is 2 or 4,
 * the weights are those of sums of as many planes, which are made from them: see shared-sums.ts.
 */
export function sparseGemm(
  m: i32, n: i32, k: i32, rowsAtOnce: i32, planeBytes: usize, a: usize, counts: usize, entries: usize, blocks: bool, c: usize,
  bias: usize, activation: i32, shared: i32, ratio: f32, scratch: usize,
): void {
  const result = scratch + <usize>weighedPlanes(k, shared) * planeBytes + 16;
  const read = shared == 0 ? scratch : result + <usize>n * planeBytes + 16;
  for (let row = 0; row < m; row += rowsAtOnce) {
    const rows = minimum(rowsAtOnce, m - row);
    rowsToPlanes(a + ((<usize>row * <usize>k) << 2), <usize>k << 2, rows, k, read, planeBytes);
    if (shared != 0) sumPlanes(shared, ratio, k, read, planeBytes, <usize>roundUp4(rows) << 2, scratch);
    multiplyPlanes(rows, n, scratch, counts, entries, blocks, bias, activation, result, planeBytes);
    planesToRows(result, planeBytes, rows, n, c + ((<usize>row * <usize>n) << 2));
  }
}

/** A convolution. The planes hold `rowsAtOnce` rows of results of an image at once; the bias has n floats, in blocks filled up to the next four. */
export function sparseConv2d(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32,
  outChannels: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, rowsAtOnce: i32, planeBytes: usize,
  input: usize, counts: usize, entries: usize, blocks: bool, output: usize, bias: usize, activation: i32, shared: i32, ratio: f32, scratch: usize,
): void {
  const planes = filterWidth * inChannels;
  const result = scratch + <usize>weighedPlanes(planes, shared) * planeBytes + 16;
  const read = shared == 0 ? scratch : result + <usize>outChannels * planeBytes + 16;
  const phases = minimum(strideHeight, filterHeight), haloRows = (filterHeight - 1) / strideHeight;
  for (let image = 0; image < batch; image++, input += <usize>(inHeight * inWidth * inChannels) << 2) {
    for (let y = 0; y < outHeight; y += rowsAtOnce) {
      const rows = minimum(rowsAtOnce, outHeight - y), pixels = rows * outWidth;
      imageToPlanes(
        inHeight, inWidth, inChannels, filterWidth, outWidth, strideHeight, strideWidth,
        padLeft, y * strideHeight - padTop, phases, rowsAtOnce + haloRows, input, read, planeBytes,
      );
      if (shared != 0) sumPlanes(shared, ratio, planes, read, planeBytes, planeBytes, scratch);
      multiplyPlanes(pixels, outChannels, scratch, counts, entries, blocks, bias, activation, result, planeBytes);
      planesToRows(result, planeBytes, pixels, outChannels, output);
      output += <usize>(pixels * outChannels) << 2;
    }
  }
}

/** How many planes the weights are for: those of the inputs, or their sums. */
// @ts-ignore: decorator
@inline
function weighedPlanes(planes: i32, shared: i32): i32 {
  return shared == 0 ? planes : (planes + shared - 1) / shared * (shared == 2 ? 5 : 8);
}

/** Planes to results `[n, pixels]`, each `planeBytes` from the next; up to three pixels behind the last one are read and written. */
function multiplyPlanes(
  pixels: i32, n: i32, planes: usize, counts: usize, entries: usize, blocks: bool, bias: usize, activation: i32,
  result: usize, planeBytes: usize,
): void {
  const end = roundUp4(pixels);
  let pixel = 0;
  if (blocks) {
    for (; pixel + 8 <= end; pixel += 8, planes += 32, result += 32) {
      blockTile(2, n, planes, counts, entries, bias, activation, result, planeBytes);
    }
    if (pixel < end) blockTile(1, n, planes, counts, entries, bias, activation, result, planeBytes);
    return;
  }
  // With eight accumulators V8 spills where it has no fused multiply-add.
  const vectors = ASC_FEATURE_RELAXED_SIMD ? 8 : 6, width = vectors * 4;
  for (; pixel + width <= end; pixel += width, planes += width << 2, result += width << 2) {
    tile(vectors, n, planes, counts, entries, bias, activation, result, planeBytes);
  }
  if (pixel + 16 <= end) {
    tile(4, n, planes, counts, entries, bias, activation, result, planeBytes);
    pixel += 16; planes += 64; result += 64;
  }
  if (pixel + 8 <= end) {
    tile(2, n, planes, counts, entries, bias, activation, result, planeBytes);
    pixel += 8; planes += 32; result += 32;
  }
  if (pixel < end) tile(1, n, planes, counts, entries, bias, activation, result, planeBytes);
}

/** All outputs of `vectors` (1, 2, 4, 6, 8) times four pixels. */
// @ts-ignore: decorator
@inline
function tile(
  vectors: i32, n: i32, planes: usize, counts: usize, entry: usize, bias: usize, activation: i32, result: usize, planeBytes: usize,
): void {
  for (let output = 0; output < n; output++, counts += 4, bias += 4, result += planeBytes) {
    let s0 = v128.load32_splat(bias);
    let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    const end = entry + <usize>load<u32>(counts) * entryBytes;
    for (; entry != end; entry += entryBytes) {
      const x = planes + load<u32>(entry);
      const weight = v128.load32_splat(entry, 4);
      s0 = multiplyAdd(weight, v128.load(x), s0);
      if (vectors > 1) s1 = multiplyAdd(weight, v128.load(x, 16), s1);
      if (vectors > 2) { s2 = multiplyAdd(weight, v128.load(x, 32), s2); s3 = multiplyAdd(weight, v128.load(x, 48), s3); }
      if (vectors > 4) { s4 = multiplyAdd(weight, v128.load(x, 64), s4); s5 = multiplyAdd(weight, v128.load(x, 80), s5); }
      if (vectors > 6) { s6 = multiplyAdd(weight, v128.load(x, 96), s6); s7 = multiplyAdd(weight, v128.load(x, 112), s7); }
    }
    v128.store(result, activate(s0, activation));
    if (vectors > 1) v128.store(result, activate(s1, activation), 16);
    if (vectors > 2) { v128.store(result, activate(s2, activation), 32); v128.store(result, activate(s3, activation), 48); }
    if (vectors > 4) { v128.store(result, activate(s4, activation), 64); v128.store(result, activate(s5, activation), 80); }
    if (vectors > 6) { v128.store(result, activate(s6, activation), 96); v128.store(result, activate(s7, activation), 112); }
  }
}

/** All outputs, four at a time, of `vectors` (1, 2) times four pixels. */
// @ts-ignore: decorator
@inline
function blockTile(
  vectors: i32, n: i32, planes: usize, counts: usize, entry: usize, bias: usize, activation: i32, result: usize, planeBytes: usize,
): void {
  for (let output = 0; output < n; output += 4, counts += 4, bias += 16) {
    let s00 = v128.load32_splat(bias), s10 = v128.load32_splat(bias, 4), s20 = v128.load32_splat(bias, 8), s30 = v128.load32_splat(bias, 12);
    let s01 = s00, s11 = s10, s21 = s20, s31 = s30;
    const end = entry + <usize>load<u32>(counts) * blockBytes;
    for (; entry != end; entry += blockBytes) {
      const x = planes + load<u32>(entry);
      const x0 = v128.load(x), x1 = vectors > 1 ? v128.load(x, 16) : x0;
      let weight = v128.load32_splat(entry, 4);
      s00 = multiplyAdd(weight, x0, s00);
      if (vectors > 1) s01 = multiplyAdd(weight, x1, s01);
      weight = v128.load32_splat(entry, 8);
      s10 = multiplyAdd(weight, x0, s10);
      if (vectors > 1) s11 = multiplyAdd(weight, x1, s11);
      weight = v128.load32_splat(entry, 12);
      s20 = multiplyAdd(weight, x0, s20);
      if (vectors > 1) s21 = multiplyAdd(weight, x1, s21);
      weight = v128.load32_splat(entry, 16);
      s30 = multiplyAdd(weight, x0, s30);
      if (vectors > 1) s31 = multiplyAdd(weight, x1, s31);
    }
    storeRow(vectors, result, s00, s01, activation);
    storeRow(vectors, result + planeBytes, s10, s11, activation);
    storeRow(vectors, result + planeBytes * 2, s20, s21, activation);
    storeRow(vectors, result + planeBytes * 3, s30, s31, activation);
    result += planeBytes * 4;
  }
}

// @ts-ignore: decorator
@inline
function storeRow(vectors: i32, target: usize, low: v128, high: v128, activation: i32): void {
  v128.store(target, activate(low, activation));
  if (vectors > 1) v128.store(target, activate(high, activation), 16);
}
