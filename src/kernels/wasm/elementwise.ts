import { activate, activateOne } from './lanes';

/** 1 ReLU, 2 ReLU6; NaN stays NaN. Input and output may be the same. */
export function activateAll(count: i32, input: usize, output: usize, activation: i32): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(output + at, activate(v128.load(input + at), activation));
  for (; at < end; at += 4) store<f32>(output + at, activateOne(load<f32>(input + at), activation));
}

/**
 * The output's gradient where the ReLU was open, else 0; NaN where the ReLU met NaN. `value` is the ReLU's input or its output.
 * With `activation` 2 it is open below 6 only.
 */
export function reluGradient(count: i32, value: usize, outputGradient: usize, inputGradient: usize, activation: i32): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  const zero = f32x4.splat(0),
    six = f32x4.splat(activation == 2 ? 6 : Infinity);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const x = v128.load(value + at),
      gradient = v128.load(outputGradient + at);
    const open = v128.and(f32x4.gt(x, zero), activation == 2 ? f32x4.lt(x, six) : f32x4.le(x, six));
    v128.store(inputGradient + at, v128.bitselect(x, v128.and(gradient, open), f32x4.ne(x, x)));
  }
  for (; at < end; at += 4) {
    const x = load<f32>(value + at);
    const open = x > 0 && (activation != 2 || x < 6);
    store<f32>(inputGradient + at, x != x ? x : open ? load<f32>(outputGradient + at) : <f32>0);
  }
}

/** a + b, element by element. */
export function addAll(count: i32, a: usize, b: usize, output: usize): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(output + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  for (; at < end; at += 4) store<f32>(output + at, load<f32>(a + at) + load<f32>(b + at));
}
