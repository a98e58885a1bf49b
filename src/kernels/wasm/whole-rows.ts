/** Kernels of the engine that look at a whole row before they change it. */
import { loadLanes, minimum, storeLanes, sumLanes, zeros } from './lanes';

/** Signs times the mean magnitude of their row: the input of a binary layer, with the K of XNOR-Net. 0 is positive. */
export function scaledSigns(rows: i32, columns: i32, input: usize, output: usize): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    let sum: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) sum += <f64>abs<f32>(load<f32>(input + at));
    const mean = f32x4.splat(<f32>(sum / <f64>columns));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, lanes = minimum(4, columns - column);
      const isPositive = f32x4.ge(loadLanes(input + at, lanes), zeros());
      storeLanes(output + at, v128.bitselect(mean, f32x4.neg(mean), isPositive), lanes);
    }
  }
}

/** Rows with the mean 0 and the variance 1 (Ba, Kiros and Hinton, 2016). */
export function normalizeRows(rows: i32, columns: i32, epsilon: f32, input: usize, output: usize): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    let sums = zeros();
    for (let column = 0; column < columns; column += 4) {
      sums = f32x4.add(sums, loadLanes(input + (<usize>column << 2), columns - column));
    }
    const mean = f32x4.splat(sumLanes(sums) / <f32>columns);
    let squares = zeros();
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, lanes = minimum(4, columns - column);
      const difference = f32x4.sub(loadLanes(input + at, lanes), mean);
      storeLanes(output + at, difference, lanes);
      const own = lanes == 4 ? difference : loadLanes(output + at, lanes);
      squares = f32x4.add(squares, f32x4.mul(own, own));
    }
    const factor = f32x4.splat(1 / sqrt<f32>(sumLanes(squares) / <f32>columns + epsilon));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, lanes = minimum(4, columns - column);
      storeLanes(output + at, f32x4.mul(loadLanes(output + at, lanes), factor), lanes);
    }
  }
}

/**
 * Rounds to the whole numbers 0 to 127 that stand for `(number - zeroPoint) * scale`: packed/activation-range.ts. With a scale of 0 each row has the
 * range of its own values. The same bits in every flavour.
 */
export function roundRows(rows: i32, columns: i32, scale: f32, zeroPoint: f32, input: usize, output: usize): void {
  const bytes = <usize>columns << 2, isDynamic = scale == 0;
  for (let row = 0; row < rows; row++, input += bytes, output += bytes) {
    if (isDynamic) {
      let low: f32 = 0, high: f32 = 0;
      for (let at: usize = 0; at < bytes; at += 4) {
        const value = load<f32>(input + at);
        if (value < low) low = value;
        if (value > high) high = value;
      }
      scale = <f32>((<f64>high - <f64>low) / 127);
      zeroPoint = scale == 0 ? 0 : <f32>min<f64>(127, nearest<f64>(-(<f64>low) / <f64>scale));
      if (scale == 0) scale = 1;
    }
    const step = f32x4.splat(scale), zero = f32x4.splat(zeroPoint), most = f32x4.splat(127);
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, lanes = minimum(4, columns - column);
      const number = f32x4.add(f32x4.nearest(f32x4.div(loadLanes(input + at, lanes), step)), zero);
      storeLanes(output + at, f32x4.mul(f32x4.sub(f32x4.min(most, f32x4.max(zeros(), number)), zero), step), lanes);
    }
  }
}
