/**
 * The inner tiles of every product: four rows of A times eight (or four) columns of B, summed in registers. Eight accumulators, two
 * vectors of B and a broadcast of A are what V8 keeps in registers without spilling; a loop unrolled by hand is a third slower in Node 20.
 *
 * The sum runs over `segments` stretches of `length` steps. A row of A stands at any address, moves by `stepA` a step and starts `segmentA`
 * further on with each stretch (a convolution's window is one stretch a filter row); B moves by `stepB` a step throughout. All in bytes.
 * A sum starts from what is in C (`accumulate`), else from `bias` (if not 0), else from zero.
 *
 * Two of the four rows may be the same row with the same target: C is read before any of it is written, so the result is right once.
 */
import { activate, multiplyAdd, zeros } from './lanes';

/** 4 x 8 */
// @ts-ignore: decorator
@inline
export function tile8(
  a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, length: i32, segments: i32, segmentA: usize,
  b: usize, stepB: usize, c0: usize, c1: usize, c2: usize, c3: usize,
  bias: usize, accumulate: bool, activation: i32,
): void {
  let s00 = zeros(), s01 = zeros(), s10 = zeros(), s11 = zeros();
  let s20 = zeros(), s21 = zeros(), s30 = zeros(), s31 = zeros();
  if (accumulate) {
    s00 = v128.load(c0); s01 = v128.load(c0, 16);
    s10 = v128.load(c1); s11 = v128.load(c1, 16);
    s20 = v128.load(c2); s21 = v128.load(c2, 16);
    s30 = v128.load(c3); s31 = v128.load(c3, 16);
  } else if (bias != 0) {
    s00 = s10 = s20 = s30 = v128.load(bias);
    s01 = s11 = s21 = s31 = v128.load(bias, 16);
  }
  const segmentBytes = <usize>length * stepA;
  let start: usize = 0;
  for (; segments > 0; segments--, start += segmentA) {
    const end = start + segmentBytes;
    for (let at = start; at != end; at += stepA, b += stepB) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(a0 + at);
      s00 = multiplyAdd(x, b0, s00); s01 = multiplyAdd(x, b1, s01);
      x = v128.load32_splat(a1 + at);
      s10 = multiplyAdd(x, b0, s10); s11 = multiplyAdd(x, b1, s11);
      x = v128.load32_splat(a2 + at);
      s20 = multiplyAdd(x, b0, s20); s21 = multiplyAdd(x, b1, s21);
      x = v128.load32_splat(a3 + at);
      s30 = multiplyAdd(x, b0, s30); s31 = multiplyAdd(x, b1, s31);
    }
  }
  v128.store(c0, activate(s00, activation)); v128.store(c0, activate(s01, activation), 16);
  v128.store(c1, activate(s10, activation)); v128.store(c1, activate(s11, activation), 16);
  v128.store(c2, activate(s20, activation)); v128.store(c2, activate(s21, activation), 16);
  v128.store(c3, activate(s30, activation)); v128.store(c3, activate(s31, activation), 16);
}

/** 4 x 4 */
// @ts-ignore: decorator
@inline
export function tile4(
  a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, length: i32, segments: i32, segmentA: usize,
  b: usize, stepB: usize, c0: usize, c1: usize, c2: usize, c3: usize,
  bias: usize, accumulate: bool, activation: i32,
): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
  if (accumulate) {
    s0 = v128.load(c0); s1 = v128.load(c1); s2 = v128.load(c2); s3 = v128.load(c3);
  } else if (bias != 0) {
    s0 = s1 = s2 = s3 = v128.load(bias);
  }
  const segmentBytes = <usize>length * stepA;
  let start: usize = 0;
  for (; segments > 0; segments--, start += segmentA) {
    const end = start + segmentBytes;
    for (let at = start; at != end; at += stepA, b += stepB) {
      const b0 = v128.load(b);
      s0 = multiplyAdd(v128.load32_splat(a0 + at), b0, s0);
      s1 = multiplyAdd(v128.load32_splat(a1 + at), b0, s1);
      s2 = multiplyAdd(v128.load32_splat(a2 + at), b0, s2);
      s3 = multiplyAdd(v128.load32_splat(a3 + at), b0, s3);
    }
  }
  v128.store(c0, activate(s0, activation));
  v128.store(c1, activate(s1, activation));
  v128.store(c2, activate(s2, activation));
  v128.store(c3, activate(s3, activation));
}
