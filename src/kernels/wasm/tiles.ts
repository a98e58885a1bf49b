/**
 * The inner tiles of every product: four rows of A times eight (or four) columns of B, summed in registers. Eight accumulators, two
 * vectors of B and a broadcast of A are what V8 keeps in registers without spilling.
 *
 * The sum runs over `segments` stretches of `length` steps. A row of A stands at any address and starts `segmentA` bytes further on with
 * each stretch (a convolution's window is one stretch a filter row); B moves by `stepB` bytes a step throughout. All addresses and steps
 * are in bytes. A sum starts from what is in C (`accumulate`), else from `bias` (if not 0), else from zero.
 *
 * Two of the four rows may be the same row with the same target: C is read before any of it is written, so the result is right once.
 */
import { activate, multiplyAdd, zeros } from './lanes';

/** 4 x 8, the steps of a row of A stand side by side. */
export function rowTile8(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  length: i32,
  segments: i32,
  segmentA: usize,
  b: usize,
  stepB: usize,
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  bias: usize,
  accumulate: bool,
  activation: i32,
): void {
  let s00 = zeros(),
    s01 = zeros(),
    s10 = zeros(),
    s11 = zeros();
  let s20 = zeros(),
    s21 = zeros(),
    s30 = zeros(),
    s31 = zeros();
  if (accumulate) {
    s00 = v128.load(c0);
    s01 = v128.load(c0, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  } else if (bias != 0) {
    s00 = s10 = s20 = s30 = v128.load(bias);
    s01 = s11 = s21 = s31 = v128.load(bias, 16);
  }
  let b0: v128, b1: v128, x: v128;
  for (let segment = 0; segment < segments; segment++) {
    let offset: usize = <usize>segment * segmentA;
    let step = 0;
    for (; step + 2 <= length; step += 2) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a0 + offset);
      s00 = multiplyAdd(x, b0, s00);
      s01 = multiplyAdd(x, b1, s01);
      x = v128.load32_splat(a1 + offset);
      s10 = multiplyAdd(x, b0, s10);
      s11 = multiplyAdd(x, b1, s11);
      x = v128.load32_splat(a2 + offset);
      s20 = multiplyAdd(x, b0, s20);
      s21 = multiplyAdd(x, b1, s21);
      x = v128.load32_splat(a3 + offset);
      s30 = multiplyAdd(x, b0, s30);
      s31 = multiplyAdd(x, b1, s31);
      b += stepB;
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a0 + offset, 4);
      s00 = multiplyAdd(x, b0, s00);
      s01 = multiplyAdd(x, b1, s01);
      x = v128.load32_splat(a1 + offset, 4);
      s10 = multiplyAdd(x, b0, s10);
      s11 = multiplyAdd(x, b1, s11);
      x = v128.load32_splat(a2 + offset, 4);
      s20 = multiplyAdd(x, b0, s20);
      s21 = multiplyAdd(x, b1, s21);
      x = v128.load32_splat(a3 + offset, 4);
      s30 = multiplyAdd(x, b0, s30);
      s31 = multiplyAdd(x, b1, s31);
      b += stepB;
      offset += 8;
    }
    if (step < length) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a0 + offset);
      s00 = multiplyAdd(x, b0, s00);
      s01 = multiplyAdd(x, b1, s01);
      x = v128.load32_splat(a1 + offset);
      s10 = multiplyAdd(x, b0, s10);
      s11 = multiplyAdd(x, b1, s11);
      x = v128.load32_splat(a2 + offset);
      s20 = multiplyAdd(x, b0, s20);
      s21 = multiplyAdd(x, b1, s21);
      x = v128.load32_splat(a3 + offset);
      s30 = multiplyAdd(x, b0, s30);
      s31 = multiplyAdd(x, b1, s31);
      b += stepB;
    }
  }
  v128.store(c0, activate(s00, activation));
  v128.store(c0, activate(s01, activation), 16);
  v128.store(c1, activate(s10, activation));
  v128.store(c1, activate(s11, activation), 16);
  v128.store(c2, activate(s20, activation));
  v128.store(c2, activate(s21, activation), 16);
  v128.store(c3, activate(s30, activation));
  v128.store(c3, activate(s31, activation), 16);
}

/** 4 x 4, the steps of a row of A stand side by side; even and odd steps are summed apart to hide the latency. */
export function rowTile4(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  length: i32,
  segments: i32,
  segmentA: usize,
  b: usize,
  stepB: usize,
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  bias: usize,
  accumulate: bool,
  activation: i32,
): void {
  let s00 = zeros(),
    s10 = zeros(),
    s20 = zeros(),
    s30 = zeros();
  let s01 = zeros(),
    s11 = zeros(),
    s21 = zeros(),
    s31 = zeros();
  if (accumulate) {
    s00 = v128.load(c0);
    s10 = v128.load(c1);
    s20 = v128.load(c2);
    s30 = v128.load(c3);
  } else if (bias != 0) {
    s00 = s10 = s20 = s30 = v128.load(bias);
  }
  let b0: v128;
  for (let segment = 0; segment < segments; segment++) {
    let offset: usize = <usize>segment * segmentA;
    let step = 0;
    for (; step + 2 <= length; step += 2) {
      b0 = v128.load(b);
      s00 = multiplyAdd(v128.load32_splat(a0 + offset), b0, s00);
      s10 = multiplyAdd(v128.load32_splat(a1 + offset), b0, s10);
      s20 = multiplyAdd(v128.load32_splat(a2 + offset), b0, s20);
      s30 = multiplyAdd(v128.load32_splat(a3 + offset), b0, s30);
      b += stepB;
      b0 = v128.load(b);
      s01 = multiplyAdd(v128.load32_splat(a0 + offset, 4), b0, s01);
      s11 = multiplyAdd(v128.load32_splat(a1 + offset, 4), b0, s11);
      s21 = multiplyAdd(v128.load32_splat(a2 + offset, 4), b0, s21);
      s31 = multiplyAdd(v128.load32_splat(a3 + offset, 4), b0, s31);
      b += stepB;
      offset += 8;
    }
    if (step < length) {
      b0 = v128.load(b);
      s00 = multiplyAdd(v128.load32_splat(a0 + offset), b0, s00);
      s10 = multiplyAdd(v128.load32_splat(a1 + offset), b0, s10);
      s20 = multiplyAdd(v128.load32_splat(a2 + offset), b0, s20);
      s30 = multiplyAdd(v128.load32_splat(a3 + offset), b0, s30);
      b += stepB;
    }
  }
  v128.store(c0, activate(f32x4.add(s00, s01), activation));
  v128.store(c1, activate(f32x4.add(s10, s11), activation));
  v128.store(c2, activate(f32x4.add(s20, s21), activation));
  v128.store(c3, activate(f32x4.add(s30, s31), activation));
}

/** 4 x 8, the steps of a row of A are `stepA` bytes apart. */
export function stridedTile8(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  stepA: usize,
  length: i32,
  segments: i32,
  segmentA: usize,
  b: usize,
  stepB: usize,
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  bias: usize,
  accumulate: bool,
  activation: i32,
): void {
  let s00 = zeros(),
    s01 = zeros(),
    s10 = zeros(),
    s11 = zeros();
  let s20 = zeros(),
    s21 = zeros(),
    s30 = zeros(),
    s31 = zeros();
  if (accumulate) {
    s00 = v128.load(c0);
    s01 = v128.load(c0, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  } else if (bias != 0) {
    s00 = s10 = s20 = s30 = v128.load(bias);
    s01 = s11 = s21 = s31 = v128.load(bias, 16);
  }
  let b0: v128, b1: v128, x: v128;
  for (let segment = 0; segment < segments; segment++) {
    let offset: usize = <usize>segment * segmentA;
    for (let step = 0; step < length; step++) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a0 + offset);
      s00 = multiplyAdd(x, b0, s00);
      s01 = multiplyAdd(x, b1, s01);
      x = v128.load32_splat(a1 + offset);
      s10 = multiplyAdd(x, b0, s10);
      s11 = multiplyAdd(x, b1, s11);
      x = v128.load32_splat(a2 + offset);
      s20 = multiplyAdd(x, b0, s20);
      s21 = multiplyAdd(x, b1, s21);
      x = v128.load32_splat(a3 + offset);
      s30 = multiplyAdd(x, b0, s30);
      s31 = multiplyAdd(x, b1, s31);
      b += stepB;
      offset += stepA;
    }
  }
  v128.store(c0, activate(s00, activation));
  v128.store(c0, activate(s01, activation), 16);
  v128.store(c1, activate(s10, activation));
  v128.store(c1, activate(s11, activation), 16);
  v128.store(c2, activate(s20, activation));
  v128.store(c2, activate(s21, activation), 16);
  v128.store(c3, activate(s30, activation));
  v128.store(c3, activate(s31, activation), 16);
}

/** 4 x 4, the steps of a row of A are `stepA` bytes apart. */
export function stridedTile4(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  stepA: usize,
  length: i32,
  segments: i32,
  segmentA: usize,
  b: usize,
  stepB: usize,
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  bias: usize,
  accumulate: bool,
  activation: i32,
): void {
  let s00 = zeros(),
    s10 = zeros(),
    s20 = zeros(),
    s30 = zeros();
  let s01 = zeros(),
    s11 = zeros(),
    s21 = zeros(),
    s31 = zeros();
  if (accumulate) {
    s00 = v128.load(c0);
    s10 = v128.load(c1);
    s20 = v128.load(c2);
    s30 = v128.load(c3);
  } else if (bias != 0) {
    s00 = s10 = s20 = s30 = v128.load(bias);
  }
  let b0: v128;
  for (let segment = 0; segment < segments; segment++) {
    let offset: usize = <usize>segment * segmentA;
    let step = 0;
    for (; step + 2 <= length; step += 2) {
      b0 = v128.load(b);
      s00 = multiplyAdd(v128.load32_splat(a0 + offset), b0, s00);
      s10 = multiplyAdd(v128.load32_splat(a1 + offset), b0, s10);
      s20 = multiplyAdd(v128.load32_splat(a2 + offset), b0, s20);
      s30 = multiplyAdd(v128.load32_splat(a3 + offset), b0, s30);
      b += stepB;
      offset += stepA;
      b0 = v128.load(b);
      s01 = multiplyAdd(v128.load32_splat(a0 + offset), b0, s01);
      s11 = multiplyAdd(v128.load32_splat(a1 + offset), b0, s11);
      s21 = multiplyAdd(v128.load32_splat(a2 + offset), b0, s21);
      s31 = multiplyAdd(v128.load32_splat(a3 + offset), b0, s31);
      b += stepB;
      offset += stepA;
    }
    if (step < length) {
      b0 = v128.load(b);
      s00 = multiplyAdd(v128.load32_splat(a0 + offset), b0, s00);
      s10 = multiplyAdd(v128.load32_splat(a1 + offset), b0, s10);
      s20 = multiplyAdd(v128.load32_splat(a2 + offset), b0, s20);
      s30 = multiplyAdd(v128.load32_splat(a3 + offset), b0, s30);
      b += stepB;
    }
  }
  v128.store(c0, activate(f32x4.add(s00, s01), activation));
  v128.store(c1, activate(f32x4.add(s10, s11), activation));
  v128.store(c2, activate(f32x4.add(s20, s21), activation));
  v128.store(c3, activate(f32x4.add(s30, s31), activation));
}
