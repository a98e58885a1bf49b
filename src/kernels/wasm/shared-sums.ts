/**
 * Weights of two or three values: what a few inputs add up to, each times one of the values, is worked out once for every way to choose, and
 * all outputs share it. The values of an output are its scale times 1, times -ratio and, of three, 0.
 */
import { activate, multiplyAdd, storeLanes, zeros } from './lanes';

/** Sums of the planes of four inputs, eight of their signs beside that of the first; or of two, times 1 and 0, 0 and 1, 1 and 1, 1 and -ratio, -ratio and 1. */
export function sumPlanes(inputs: i32, ratio: f32, planes: i32, source: usize, planeBytes: usize, bytes: usize, target: usize): void {
  const minus = f32x4.splat(-ratio);
  // The last inputs may be less than two or four.
  const missing = planes % inputs == 0 ? 0 : inputs - (planes % inputs);
  memory.fill(source + <usize>planes * planeBytes, 0, <usize>missing * planeBytes);
  for (; planes > 0; planes -= inputs, source += <usize>inputs * planeBytes) {
    const b = planeBytes, c = planeBytes * 2, d = planeBytes * 3;
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = source + at, to = target + at;
      const x0 = v128.load(from), x1 = v128.load(from + b);
      if (inputs == 2) {
        v128.store(to, x0);
        v128.store(to + b, x1);
        v128.store(to + c, f32x4.add(x0, x1));
        v128.store(to + d, multiplyAdd(minus, x1, x0));
        v128.store(to + (b << 2), multiplyAdd(minus, x0, x1));
        continue;
      }
      const x2 = v128.load(from + c), x3 = v128.load(from + d), high = to + (b << 2);
      const p = f32x4.add(x0, x1), m = f32x4.sub(x0, x1), q = f32x4.add(x2, x3), l = f32x4.sub(x2, x3);
      v128.store(to, f32x4.add(p, q)); v128.store(to + b, f32x4.add(m, q));
      v128.store(to + c, f32x4.sub(p, l)); v128.store(to + d, f32x4.sub(m, l));
      v128.store(high, f32x4.add(p, l)); v128.store(high + b, f32x4.add(m, l));
      v128.store(high + c, f32x4.sub(p, q)); v128.store(high + d, f32x4.sub(m, q));
    }
    target += (inputs == 2 ? 5 : 8) * planeBytes;
  }
}

/**
 * Rows A `[m, k]` times weights of two values. The four sums of a pair of inputs are a vector, of which `choices` picks those of four
 * outputs: 16 bytes for each pair, of 24 outputs together while as many are left. `panels`: four scales and four of the bias. Scratch: 16
 * bytes a pair.
 */
export function pairVectors(
  m: i32, n: i32, k: i32, ratio: f32, a: usize, choices: usize, panels: usize, c: usize, activation: i32, scratch: usize,
): void {
  const end = scratch + ((<usize>k + 1) >> 1 << 4);
  for (; m > 0; m--, a += <usize>k << 2, c += <usize>n << 2) {
    makePairs(k, ratio, a, scratch);
    let choice = choices, output = 0;
    for (; output + 24 <= n; output += 24) {
      let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros(), s4 = zeros(), s5 = zeros();
      for (let at = scratch; at != end; at += 16, choice += 96) {
        const pair = v128.load(at);
        s0 = f32x4.add(s0, pick(pair, v128.load(choice)));
        s1 = f32x4.add(s1, pick(pair, v128.load(choice, 16)));
        s2 = f32x4.add(s2, pick(pair, v128.load(choice, 32)));
        s3 = f32x4.add(s3, pick(pair, v128.load(choice, 48)));
        s4 = f32x4.add(s4, pick(pair, v128.load(choice, 64)));
        s5 = f32x4.add(s5, pick(pair, v128.load(choice, 80)));
      }
      const to = c + (<usize>output << 2), panel = panels + (<usize>output << 3);
      v128.store(to, scaled(s0, panel, activation)); v128.store(to, scaled(s1, panel + 32, activation), 16);
      v128.store(to, scaled(s2, panel + 64, activation), 32); v128.store(to, scaled(s3, panel + 96, activation), 48);
      v128.store(to, scaled(s4, panel + 128, activation), 64); v128.store(to, scaled(s5, panel + 160, activation), 80);
    }
    for (; output < n; output += 4) {
      let even = zeros(), odd = zeros(), at = scratch;
      for (; at + 16 < end; at += 32, choice += 32) {
        even = f32x4.add(even, pick(v128.load(at), v128.load(choice)));
        odd = f32x4.add(odd, pick(v128.load(at, 16), v128.load(choice, 16)));
      }
      if (at != end) {
        even = f32x4.add(even, pick(v128.load(at), v128.load(choice)));
        choice += 16;
      }
      storeLanes(c + (<usize>output << 2), scaled(f32x4.add(even, odd), panels + (<usize>output << 3), activation), n - output);
    }
  }
}

/** Of each pair x, y: x + y, x - ratio y, y - ratio x, -ratio (x + y). */
// @ts-ignore: decorator
@inline
function makePairs(k: i32, ratio: f32, a: usize, target: usize): void {
  const one = f32x4.splat(1);
  const first = f32x4.replace_lane(f32x4.replace_lane(one, 2, -ratio), 3, -ratio);
  const second = f32x4.replace_lane(f32x4.replace_lane(one, 1, -ratio), 3, -ratio);
  for (; k > 1; k -= 2, a += 8, target += 16) {
    v128.store(target, multiplyAdd(v128.load32_splat(a), first, f32x4.mul(v128.load32_splat(a, 4), second)));
  }
  if (k > 0) v128.store(target, f32x4.mul(v128.load32_splat(a), first));
}

// @ts-ignore: decorator
@inline
function pick(pair: v128, choice: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(pair, choice) : i8x16.swizzle(pair, choice);
}

// @ts-ignore: decorator
@inline
function scaled(sums: v128, panel: usize, activation: i32): v128 {
  return activate(multiplyAdd(sums, v128.load(panel), v128.load(panel, 16)), activation);
}
