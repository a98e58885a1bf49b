/**
 * Few rows times weights most of which are 0: nothing is brought into another order. `counts` says how many entries an output has, or four
 * outputs together: a multiple of four, filled up with weights of 0. They come in groups of four: where the inputs stand in a row of A, in
 * bytes, then the weights.
 */
import { activate, activateOne, multiplyAdd, storeLanes, sumLanes, zeros } from './lanes';

/** A `[m, k]` to C `[m, n]`. */
export function sparseVectors(m: i32, n: i32, k: i32, a: usize, counts: usize, entries: usize, c: usize, bias: usize, activation: i32): void {
  for (let row = 0; row < m; row++, a += <usize>k << 2) {
    let group = entries;
    for (let output = 0; output < n; output++, c += 4) {
      const at = <usize>output << 2;
      let sum = v128.load32_zero(bias + at);
      const end = group + (<usize>load<u32>(counts + at) << 3);
      for (; group != end; group += 32) {
        const low = v128.load_lane<f32>(a + load<u32>(group, 4), v128.load32_zero(a + load<u32>(group)), 1);
        const high = v128.load_lane<f32>(a + load<u32>(group, 12), v128.load32_zero(a + load<u32>(group, 8)), 1);
        sum = multiplyAdd(v128.shuffle<f64>(low, high, 0, 2), v128.load(group, 16), sum);
      }
      store<f32>(c, activateOne(sumLanes(sum), activation));
    }
  }
}

/** The same for four outputs at a time: an entry has four weights. The bias is filled up to four. */
export function sparseBlockVectors(m: i32, n: i32, k: i32, a: usize, counts: usize, entries: usize, c: usize, bias: usize, activation: i32): void {
  for (let row = 0; row < m; row++, a += <usize>k << 2) {
    let group = entries;
    for (let output = 0; output < n; output += 4) {
      const at = <usize>output << 2;
      let s0 = v128.load(bias + at), s1 = zeros(), s2 = zeros(), s3 = zeros();
      const end = group + <usize>load<u32>(counts + <usize>output) * 20;
      for (; group != end; group += 80) {
        s0 = multiplyAdd(v128.load32_splat(a + load<u32>(group)), v128.load(group, 16), s0);
        s1 = multiplyAdd(v128.load32_splat(a + load<u32>(group, 4)), v128.load(group, 32), s1);
        s2 = multiplyAdd(v128.load32_splat(a + load<u32>(group, 8)), v128.load(group, 48), s2);
        s3 = multiplyAdd(v128.load32_splat(a + load<u32>(group, 12)), v128.load(group, 64), s3);
      }
      storeLanes(c + at, activate(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), activation), n - output);
    }
    c += <usize>n << 2;
  }
}
