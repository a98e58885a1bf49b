/** Kernels that the engine needs to join branches and to scale channels. */
import { activate, activateOne } from './lanes';

/** Value by value, `operation` 0 a + b, 1 a * b, 2 the larger, 3 the smaller (NaN where one is), 4 a - b, then the activation. The output may be `a` or `b`. */
export function combineAll(count: i32, a: usize, b: usize, output: usize, operation: i32, activation: i32): void {
  const whole = <usize>(count & ~3) << 2, end = <usize>count << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const x = v128.load(a + at), y = v128.load(b + at);
    const value = operation == 0 ? f32x4.add(x, y) : operation == 1 ? f32x4.mul(x, y) : operation == 2 ? f32x4.max(x, y)
      : operation == 3 ? f32x4.min(x, y) : f32x4.sub(x, y);
    v128.store(output + at, activate(value, activation));
  }
  for (; at < end; at += 4) {
    const x = load<f32>(a + at), y = load<f32>(b + at);
    const value: f32 = operation == 0 ? x + y : operation == 1 ? x * y : operation == 2 ? max<f32>(x, y)
      : operation == 3 ? min<f32>(x, y) : x - y;
    store<f32>(output + at, activateOne(value, activation));
  }
}

/** Every row times `scale` plus `shift`, both `[columns]`, then the activation. Two roundings in every flavour. Input and output may be the same. */
export function scaleRows(rows: i32, columns: i32, input: usize, scale: usize, shift: usize, output: usize, activation: i32): void {
  const bytes = <usize>columns << 2, whole = <usize>(columns & ~3) << 2;
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const value = f32x4.add(f32x4.mul(v128.load(input + at), v128.load(scale + at)), v128.load(shift + at));
      v128.store(output + at, activate(value, activation));
    }
    for (; at < bytes; at += 4) {
      store<f32>(output + at, activateOne(load<f32>(input + at) * load<f32>(scale + at) + load<f32>(shift + at), activation));
    }
  }
}

/** What is below 0 times the slope of its column, `[columns]`. Input and output may be the same. */
export function rectifyRows(rows: i32, columns: i32, input: usize, slopes: usize, output: usize): void {
  const bytes = <usize>columns << 2, whole = <usize>(columns & ~3) << 2;
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const value = v128.load(input + at);
      const below = f32x4.mul(value, v128.load(slopes + at));
      v128.store(output + at, v128.bitselect(below, value, f32x4.lt(value, zero)));
    }
    for (; at < bytes; at += 4) {
      const value = load<f32>(input + at);
      store<f32>(output + at, value < 0 ? value * load<f32>(slopes + at) : value);
    }
  }
}
