/** The transforms of F(2x2, 3x3) and F(4x4, 3x3) in whole numbers: B^T d B of inputs in 16 bits, A^T M A of sums in 32. */
import { numberShift } from './int8-tiles';
import { activate, storeLanes } from './lanes';

/** Eight numbers, counted from the zero point. */
// @ts-ignore: decorator
@inline
function loadNumbers(source: usize, zero: v128): v128 {
  return i16x8.sub(numberShift == 1 ? v128.load(source) : v128.load8x8_u(source), zero);
}

/** B^T d B of a window of 4x4, eight channels at a time; places are `placeBytes` apart. */
export function inputOf2(source: usize, rowBytes: usize, channels: i32, zeroPoint: i32, target: usize, placeBytes: usize): void {
  const zero = i16x8.splat(<i16>zeroPoint), pixel = <usize>channels << numberShift, row = placeBytes << 2;
  for (let channel = 0; channel < channels; channel += 8, source += 8 << numberShift, target += 16) {
    for (let x: usize = 0; x < 4; x++) {
      const at = source + x * pixel;
      const d0 = loadNumbers(at, zero), d1 = loadNumbers(at + rowBytes, zero);
      const d2 = loadNumbers(at + 2 * rowBytes, zero), d3 = loadNumbers(at + 3 * rowBytes, zero);
      places2(d0, d1, d2, d3, target + x * placeBytes, row);
    }
    for (let y: usize = 0; y < 4; y++) {
      const to = target + y * row;
      const d0 = v128.load(to), d1 = v128.load(to + placeBytes), d2 = v128.load(to + 2 * placeBytes), d3 = v128.load(to + 3 * placeBytes);
      places2(d0, d1, d2, d3, to, placeBytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function places2(d0: v128, d1: v128, d2: v128, d3: v128, to: usize, step: usize): void {
  v128.store(to, i16x8.sub(d0, d2));
  v128.store(to + step, i16x8.add(d1, d2));
  v128.store(to + 2 * step, i16x8.sub(d2, d1));
  v128.store(to + 3 * step, i16x8.sub(d1, d3));
}

/** The same of a window of 6x6. */
export function inputOf4(source: usize, rowBytes: usize, channels: i32, zeroPoint: i32, target: usize, placeBytes: usize): void {
  const zero = i16x8.splat(<i16>zeroPoint), pixel = <usize>channels << numberShift, row = placeBytes * 6;
  for (let channel = 0; channel < channels; channel += 8, source += 8 << numberShift, target += 16) {
    for (let x: usize = 0; x < 6; x++) {
      const at = source + x * pixel;
      const d0 = loadNumbers(at, zero), d1 = loadNumbers(at + rowBytes, zero), d2 = loadNumbers(at + 2 * rowBytes, zero);
      const d3 = loadNumbers(at + 3 * rowBytes, zero), d4 = loadNumbers(at + 4 * rowBytes, zero), d5 = loadNumbers(at + 5 * rowBytes, zero);
      places4(d0, d1, d2, d3, d4, d5, target + x * placeBytes, row);
    }
    for (let y: usize = 0; y < 6; y++) {
      const to = target + y * row;
      const d0 = v128.load(to), d1 = v128.load(to + placeBytes), d2 = v128.load(to + 2 * placeBytes);
      const d3 = v128.load(to + 3 * placeBytes), d4 = v128.load(to + 4 * placeBytes), d5 = v128.load(to + 5 * placeBytes);
      places4(d0, d1, d2, d3, d4, d5, to, placeBytes);
    }
  }
}

/** Rows of B^T: 4 0 -5 0 1 0, 0 -4 -4 1 1 0, 0 4 -4 -1 1 0, 0 -2 -1 2 1 0, 0 2 -1 -2 1 0, 0 4 0 -5 0 1. */
// @ts-ignore: decorator
@inline
function places4(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const even = i16x8.sub(d4, i16x8.shl(d2, 2)), odd = i16x8.sub(d3, i16x8.shl(d1, 2));
  const from2 = i16x8.sub(d4, d2), from1 = i16x8.sub(d3, d1), twice = i16x8.shl(from1, 1);
  v128.store(to, i16x8.add(i16x8.shl(i16x8.sub(d0, d2), 2), from2));
  v128.store(to + step, i16x8.add(even, odd));
  v128.store(to + 2 * step, i16x8.sub(even, odd));
  v128.store(to + 3 * step, i16x8.add(from2, twice));
  v128.store(to + 4 * step, i16x8.sub(from2, twice));
  v128.store(to + 5 * step, i16x8.sub(i16x8.sub(d5, d3), i16x8.shl(from1, 2)));
}

/** Pixels of a tile in four columns: a place of their sums is 128 bytes behind the one before. */
export function outputOf2(
  sums: usize, head: usize, scale: f32, activation: i32, rows: i32, columns: i32, output: usize, pixelBytes: usize, rowBytes: usize, lanes: i32,
): void {
  const unit = f32x4.mul(v128.load(head), f32x4.splat(scale)), bias = v128.load(head, 32);
  for (let x: usize = 0; x < 512; x += 128) {
    const at = sums + x;
    const m0 = v128.load(at), m1 = v128.load(at, 512), m2 = v128.load(at, 1024), m3 = v128.load(at, 1536);
    v128.store(at, i32x4.add(i32x4.add(m0, m1), m2));
    v128.store(at, i32x4.sub(i32x4.sub(m1, m2), m3), 512);
  }
  for (let y = 0; y < rows; y++, sums += 512, output += rowBytes) {
    const m0 = v128.load(sums), m1 = v128.load(sums, 128), m2 = v128.load(sums, 256), m3 = v128.load(sums, 384);
    storeLanes(output, result(i32x4.shr_s(i32x4.add(i32x4.add(m0, m1), m2), 2), unit, bias, activation), lanes);
    if (columns == 1) continue;
    storeLanes(output + pixelBytes, result(i32x4.shr_s(i32x4.sub(i32x4.sub(m1, m2), m3), 2), unit, bias, activation), lanes);
  }
}

/** The same of 4x4 pixels. The weights of the last place are half of what the others are. */
export function outputOf4(
  sums: usize, head: usize, scale: f32, activation: i32, rows: i32, columns: i32, output: usize, pixelBytes: usize, rowBytes: usize, lanes: i32,
): void {
  const unit = f32x4.mul(v128.load(head), f32x4.splat(scale)), bias = v128.load(head, 32);
  for (let x: usize = 0; x < 768; x += 128) {
    const at = sums + x;
    const m1 = v128.load(at, 768), m2 = v128.load(at, 1536), m3 = v128.load(at, 2304), m4 = v128.load(at, 3072);
    const sum12 = i32x4.add(m1, m2), sum34 = i32x4.add(m3, m4), apart12 = i32x4.sub(m1, m2), apart34 = i32x4.sub(m3, m4);
    v128.store(at, i32x4.add(v128.load(at), i32x4.add(sum12, sum34)));
    v128.store(at, i32x4.add(apart12, i32x4.shl(apart34, 1)), 768);
    v128.store(at, i32x4.add(sum12, i32x4.shl(sum34, 2)), 1536);
    v128.store(at, i32x4.add(i32x4.add(apart12, i32x4.shl(apart34, 3)), i32x4.shl(v128.load(at, 3840), 1)), 2304);
  }
  for (let y = 0; y < rows; y++, sums += 768, output += rowBytes) {
    const m1 = v128.load(sums, 128), m2 = v128.load(sums, 256), m3 = v128.load(sums, 384), m4 = v128.load(sums, 512);
    const sum12 = i32x4.add(m1, m2), sum34 = i32x4.add(m3, m4), apart12 = i32x4.sub(m1, m2), apart34 = i32x4.sub(m3, m4);
    storeLanes(output, result(of576(i32x4.add(v128.load(sums), i32x4.add(sum12, sum34))), unit, bias, activation), lanes);
    if (columns == 1) continue;
    storeLanes(output + pixelBytes, result(of576(i32x4.add(apart12, i32x4.shl(apart34, 1))), unit, bias, activation), lanes);
    if (columns == 2) continue;
    storeLanes(output + 2 * pixelBytes, result(of576(i32x4.add(sum12, i32x4.shl(sum34, 2))), unit, bias, activation), lanes);
    if (columns == 3) continue;
    const last = i32x4.add(i32x4.add(apart12, i32x4.shl(apart34, 3)), i32x4.shl(v128.load(sums, 640), 1));
    storeLanes(output + 3 * pixelBytes, result(of576(last), unit, bias, activation), lanes);
  }
}

/** value / 576: 954,437,177 times 9 is 1 modulo 2 ** 32. */
// @ts-ignore: decorator
@inline
function of576(value: v128): v128 {
  return i32x4.shr_s(i32x4.mul(value, i32x4.splat(954437177)), 6);
}

// @ts-ignore: decorator
@inline
function result(sum: v128, unit: v128, bias: v128, activation: i32): v128 {
  return activate(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), unit), bias), activation);
}
