/**
 * The inner tiles of int8 products: four rows of whole numbers times eight (or four) columns of weights, summed in 32 bits. What is read at
 * once is a group, four bytes: four numbers of one byte where relaxed SIMD has their dot product, else two of 16 bits.
 *
 * A panel begins with 112 bytes for eight columns: the sums of their weights, their scales, their biases (32 bytes each), how groups are
 * multiplied, how many extra groups there are. Then for each group the four bytes of its first column, of its second one and so on.
 * Then the extra groups: where they are (stretch and byte in it, in 16 bytes), and what in the pair was too much for 16 bits.
 */
import { activate } from './lanes';

/** Bytes of a number of the input are `1 << numberShift`. */
export const numberShift: i32 = ASC_FEATURE_RELAXED_SIMD ? 0 : 1;
/** Numbers in a group. */
export const groupNumbers: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;
/** Bytes of a panel before its weights. */
export const panelHead: usize = 112;

/** Bytes of an extra group. */
export const extraBytes: usize = 48;

/** How groups are multiplied: in one instruction, where the processor has a dot product of bytes (VNNI, ARM) ... */
export const atOnce: i32 = 0;
/** ... or in sums of 16 bits of two groups, which are then widened: half as fast again where weights are small enough for it ... */
export const inPairs: i32 = 1;
/** ... or in sums of 16 bits of each group. */
export const oneByOne: i32 = 2;

/** sum + the products of a group in each lane. */
// @ts-ignore: decorator
@inline
function addProducts(way: i32, weights: v128, numbers: v128, sum: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return i32x4.add(sum, i32x4.dot_i16x8_s(weights, numbers));
  if (way == atOnce) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, numbers, sum);
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(weights, numbers)));
}

/** The same of two groups. */
// @ts-ignore: decorator
@inline
function addPair(weights: v128, numbers: v128, nextWeights: v128, nextNumbers: v128, sum: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return sum;
  const products = i16x8.relaxed_dot_i8x16_i7x16_s(weights, numbers), next = i16x8.relaxed_dot_i8x16_i7x16_s(nextWeights, nextNumbers);
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.add(products, next)));
}

/** What the sums begin with, so that numbers count from the zero point. */
// @ts-ignore: decorator
@inline
function firstSum(panel: usize, zeroPoint: i32): v128 {
  return i32x4.neg(i32x4.mul(v128.load(panel), i32x4.splat(zeroPoint)));
}

/** The float32 result of four sums. @param head of the four columns */
// @ts-ignore: decorator
@inline
function result(sum: v128, head: usize, scale: f32, activation: i32): v128 {
  const unit = f32x4.mul(v128.load(head, 32), f32x4.splat(scale));
  return activate(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), unit), v128.load(head, 64)), activation);
}

/**
 * 4 x 8. The sum runs over `segments` stretches of `groups` groups, which in the rows begin `segmentBytes` apart.
 * Rows may be the same with the same target.
 */
// @ts-ignore: decorator
@inline
export function int8Tile8(
  way: i32, a0: usize, a1: usize, a2: usize, a3: usize, groups: i32, segments: i32, segmentBytes: usize, panel: usize,
  scale: f32, zeroPoint: i32, activation: i32, c0: usize, c1: usize, c2: usize, c3: usize,
): void {
  let s00 = firstSum(panel, zeroPoint), s01 = firstSum(panel + 16, zeroPoint);
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
  let b = panel + panelHead;
  const length = <usize>groups << 2;
  for (let start: usize = 0; segments > 0; segments--, start += segmentBytes) {
    const end = start + length;
    let at = start;
    if (way == inPairs) {
      for (const last = start + (length & ~7); at != last; at += 8, b += 64) {
        const b0 = v128.load(b), b1 = v128.load(b, 16), d0 = v128.load(b, 32), d1 = v128.load(b, 48);
        let x = v128.load32_splat(a0 + at), y = v128.load32_splat(a0 + at, 4);
        s00 = addPair(b0, x, d0, y, s00); s01 = addPair(b1, x, d1, y, s01);
        x = v128.load32_splat(a1 + at); y = v128.load32_splat(a1 + at, 4);
        s10 = addPair(b0, x, d0, y, s10); s11 = addPair(b1, x, d1, y, s11);
        x = v128.load32_splat(a2 + at); y = v128.load32_splat(a2 + at, 4);
        s20 = addPair(b0, x, d0, y, s20); s21 = addPair(b1, x, d1, y, s21);
        x = v128.load32_splat(a3 + at); y = v128.load32_splat(a3 + at, 4);
        s30 = addPair(b0, x, d0, y, s30); s31 = addPair(b1, x, d1, y, s31);
      }
    }
    for (; at != end; at += 4, b += 32) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(a0 + at);
      s00 = addProducts(way, b0, x, s00); s01 = addProducts(way, b1, x, s01);
      x = v128.load32_splat(a1 + at);
      s10 = addProducts(way, b0, x, s10); s11 = addProducts(way, b1, x, s11);
      x = v128.load32_splat(a2 + at);
      s20 = addProducts(way, b0, x, s20); s21 = addProducts(way, b1, x, s21);
      x = v128.load32_splat(a3 + at);
      s30 = addProducts(way, b0, x, s30); s31 = addProducts(way, b1, x, s31);
    }
  }
  if (way == inPairs) {
    for (let extras = load<i32>(panel, 100); extras > 0; extras--, b += extraBytes) {
      const at = <usize>load<u32>(b) * segmentBytes + load<u32>(b, 4), b0 = v128.load(b, 16), b1 = v128.load(b, 32);
      let x = v128.load32_splat(a0 + at);
      s00 = addProducts(way, b0, x, s00); s01 = addProducts(way, b1, x, s01);
      x = v128.load32_splat(a1 + at);
      s10 = addProducts(way, b0, x, s10); s11 = addProducts(way, b1, x, s11);
      x = v128.load32_splat(a2 + at);
      s20 = addProducts(way, b0, x, s20); s21 = addProducts(way, b1, x, s21);
      x = v128.load32_splat(a3 + at);
      s30 = addProducts(way, b0, x, s30); s31 = addProducts(way, b1, x, s31);
    }
  }
  const high = panel + 16;
  v128.store(c0, result(s00, panel, scale, activation)); v128.store(c0, result(s01, high, scale, activation), 16);
  v128.store(c1, result(s10, panel, scale, activation)); v128.store(c1, result(s11, high, scale, activation), 16);
  v128.store(c2, result(s20, panel, scale, activation)); v128.store(c2, result(s21, high, scale, activation), 16);
  v128.store(c3, result(s30, panel, scale, activation)); v128.store(c3, result(s31, high, scale, activation), 16);
}

/** 4 x 4 */
// @ts-ignore: decorator
@inline
export function int8Tile4(
  way: i32, a0: usize, a1: usize, a2: usize, a3: usize, groups: i32, segments: i32, segmentBytes: usize, panel: usize,
  scale: f32, zeroPoint: i32, activation: i32, c0: usize, c1: usize, c2: usize, c3: usize,
): void {
  let s0 = firstSum(panel, zeroPoint), s1 = s0, s2 = s0, s3 = s0;
  let b = panel + panelHead;
  const length = <usize>groups << 2;
  for (let start: usize = 0; segments > 0; segments--, start += segmentBytes) {
    const end = start + length;
    for (let at = start; at != end; at += 4, b += 16) {
      const b0 = v128.load(b);
      s0 = addProducts(way, b0, v128.load32_splat(a0 + at), s0);
      s1 = addProducts(way, b0, v128.load32_splat(a1 + at), s1);
      s2 = addProducts(way, b0, v128.load32_splat(a2 + at), s2);
      s3 = addProducts(way, b0, v128.load32_splat(a3 + at), s3);
    }
  }
  v128.store(c0, result(s0, panel, scale, activation));
  v128.store(c1, result(s1, panel, scale, activation));
  v128.store(c2, result(s2, panel, scale, activation));
  v128.store(c3, result(s3, panel, scale, activation));
}

/** 1 x 8, of one stretch: four groups at once fill the pipeline that one row alone would leave empty. */
// @ts-ignore: decorator
@inline
export function int8Row8(
  way: i32, a: usize, groups: i32, panel: usize, scale: f32, zeroPoint: i32, activation: i32, c: usize,
): void {
  let low0 = firstSum(panel, zeroPoint), high0 = firstSum(panel + 16, zeroPoint);
  let low1 = i32x4.splat(0), high1 = low1, low2 = low1, high2 = low1, low3 = low1, high3 = low1;
  let b = panel + panelHead, at = a;
  const end = a + (<usize>groups << 2);
  for (const last = a + (<usize>(groups & ~3) << 2); at != last; at += 16, b += 128) {
    const x0 = v128.load32_splat(at), x1 = v128.load32_splat(at, 4), x2 = v128.load32_splat(at, 8), x3 = v128.load32_splat(at, 12);
    if (way == inPairs) {
      low0 = addPair(v128.load(b), x0, v128.load(b, 32), x1, low0); high0 = addPair(v128.load(b, 16), x0, v128.load(b, 48), x1, high0);
      low1 = addPair(v128.load(b, 64), x2, v128.load(b, 96), x3, low1); high1 = addPair(v128.load(b, 80), x2, v128.load(b, 112), x3, high1);
    } else {
      low0 = addProducts(way, v128.load(b), x0, low0); high0 = addProducts(way, v128.load(b, 16), x0, high0);
      low1 = addProducts(way, v128.load(b, 32), x1, low1); high1 = addProducts(way, v128.load(b, 48), x1, high1);
      low2 = addProducts(way, v128.load(b, 64), x2, low2); high2 = addProducts(way, v128.load(b, 80), x2, high2);
      low3 = addProducts(way, v128.load(b, 96), x3, low3); high3 = addProducts(way, v128.load(b, 112), x3, high3);
    }
  }
  for (; at != end; at += 4, b += 32) {
    const x = v128.load32_splat(at);
    low0 = addProducts(way, v128.load(b), x, low0); high0 = addProducts(way, v128.load(b, 16), x, high0);
  }
  if (way == inPairs) {
    for (let extras = load<i32>(panel, 100); extras > 0; extras--, b += extraBytes) {
      const x = v128.load32_splat(a + load<u32>(b, 4));
      low0 = addProducts(way, v128.load(b, 16), x, low0); high0 = addProducts(way, v128.load(b, 32), x, high0);
    }
  }
  const low = i32x4.add(i32x4.add(low0, low1), i32x4.add(low2, low3)), high = i32x4.add(i32x4.add(high0, high1), i32x4.add(high2, high3));
  v128.store(c, result(low, panel, scale, activation)); v128.store(c, result(high, panel + 16, scale, activation), 16);
}
