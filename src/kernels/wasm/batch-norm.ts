/**
 * Batch normalization in training (Ioffe and Szegedy 2015) with the activation behind it, and its gradient. The rows are cut into chunks
 * that stay in the second-level cache; what is known of each is put together as Chan, Golub and LeVeque (1979) say.
 */
import { activate, loadLanes, maximum, minimum, multiplyAdd, storeLanes, zeros } from './lanes';

const chunkFloats: i32 = 16384;

// @ts-ignore: decorator
@inline
function rowsAtOnce(columns: i32): i32 {
  return maximum(1, chunkFloats / maximum(columns, 1));
}

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: v128, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
}

/** The gradient where the activation passed the value on; NaN does, as it does for `reluGradient`. */
// @ts-ignore: decorator
@inline
function passed(gradient: v128, value: v128, activation: i32): v128 {
  if (activation == 0) return gradient;
  const open = v128.andnot(gradient, f32x4.le(value, zeros()));
  return activation == 2 ? v128.andnot(open, f32x4.ge(value, f32x4.splat(6))) : open;
}

/** `[rows, columns]`; mean and variance of every column, `[columns]`, are results too. */
export function batchNorm(
  rows: i32, columns: i32, input: usize, gamma: usize, beta: usize, epsilon: f32, activation: i32, output: usize, mean: usize, variance: usize,
): void {
  const chunk = rowsAtOnce(columns), step = <usize>columns << 2;
  memory.fill(mean, 0, step);
  memory.fill(variance, 0, step);
  for (let first = 0; first < rows; first += chunk) {
    addChunk(input + <usize>first * step, first, minimum(chunk, rows - first), columns, mean, variance);
  }
  const count = f32x4.splat(<f32>rows);
  for (let column = 0; column < columns; column += 4) {
    const lanes = columns - column, at = <usize>column << 2;
    storeLanes(variance + at, f32x4.div(loadLanes(variance + at, lanes), count), lanes);
  }
  for (let first = 0; first < rows; first += chunk) {
    const bytes = <usize>minimum(chunk, rows - first) * step;
    for (let column = 0; column < columns; column += 4) {
      const lanes = columns - column, at = <usize>column << 2;
      const middle = loadLanes(mean + at, lanes), shift = loadLanes(beta + at, lanes);
      const scale = f32x4.mul(inverseDeviation(loadLanes(variance + at, lanes), epsilon), loadLanes(gamma + at, lanes));
      const start = <usize>first * step + at;
      for (let row = start; row < start + bytes; row += step) {
        const value = multiplyAdd(f32x4.sub(loadLanes(input + row, lanes), middle), scale, shift);
        storeLanes(output + row, activate(value, activation), lanes);
      }
    }
  }
}

/** Adds the rows of a chunk to the mean and to the sum of squared distances of the `before` rows. */
function addChunk(input: usize, before: i32, rows: i32, columns: i32, mean: usize, squares: usize): void {
  const step = <usize>columns << 2, bytes = <usize>rows * step;
  const here = <f32>rows / <f32>(before + rows), weight = f32x4.splat(here * <f32>before);
  for (let column = 0; column < columns; column += 4) {
    const lanes = columns - column, at = <usize>column << 2, start = input + at;
    let sum = zeros();
    for (let row = start; row < start + bytes; row += step) sum = f32x4.add(sum, loadLanes(row, lanes));
    const middle = f32x4.div(sum, f32x4.splat(<f32>rows));
    let sumOfSquares = zeros();
    for (let row = start; row < start + bytes; row += step) {
      const distance = f32x4.sub(loadLanes(row, lanes), middle);
      sumOfSquares = multiplyAdd(distance, distance, sumOfSquares);
    }
    const known = loadLanes(mean + at, lanes), distance = f32x4.sub(middle, known);
    storeLanes(mean + at, multiplyAdd(distance, f32x4.splat(here), known), lanes);
    const moved = multiplyAdd(f32x4.mul(distance, distance), weight, sumOfSquares);
    storeLanes(squares + at, f32x4.add(loadLanes(squares + at, lanes), moved), lanes);
  }
}

/** Gradients with respect to input `[rows, columns]`, gamma and beta `[columns]`. */
export function batchNormGradient(
  rows: i32, columns: i32, input: usize, outputGradient: usize, gamma: usize, beta: usize, mean: usize, variance: usize, epsilon: f32,
  activation: i32, inputGradient: usize, gammaGradient: usize, betaGradient: usize,
): void {
  const chunk = rowsAtOnce(columns), step = <usize>columns << 2;
  memory.fill(gammaGradient, 0, step);
  memory.fill(betaGradient, 0, step);
  for (let first = 0; first < rows; first += chunk) {
    const bytes = <usize>minimum(chunk, rows - first) * step;
    for (let column = 0; column < columns; column += 4) {
      const lanes = columns - column, at = <usize>column << 2;
      const middle = loadLanes(mean + at, lanes), shift = loadLanes(beta + at, lanes);
      const inverse = inverseDeviation(loadLanes(variance + at, lanes), epsilon), scale = f32x4.mul(inverse, loadLanes(gamma + at, lanes));
      const start = <usize>first * step + at;
      let ofBeta = zeros(), ofGamma = zeros();
      for (let row = start; row < start + bytes; row += step) {
        const distance = f32x4.sub(loadLanes(input + row, lanes), middle);
        const gradient = passed(loadLanes(outputGradient + row, lanes), multiplyAdd(distance, scale, shift), activation);
        ofBeta = f32x4.add(ofBeta, gradient);
        ofGamma = multiplyAdd(gradient, distance, ofGamma);
      }
      storeLanes(betaGradient + at, f32x4.add(loadLanes(betaGradient + at, lanes), ofBeta), lanes);
      storeLanes(gammaGradient + at, multiplyAdd(ofGamma, inverse, loadLanes(gammaGradient + at, lanes)), lanes);
    }
  }
  const share = f32x4.splat(<f32>1 / <f32>rows);
  for (let first = 0; first < rows; first += chunk) {
    const bytes = <usize>minimum(chunk, rows - first) * step;
    for (let column = 0; column < columns; column += 4) {
      const lanes = columns - column, at = <usize>column << 2;
      const middle = loadLanes(mean + at, lanes), shift = loadLanes(beta + at, lanes);
      const inverse = inverseDeviation(loadLanes(variance + at, lanes), epsilon), scale = f32x4.mul(inverse, loadLanes(gamma + at, lanes));
      const average = f32x4.mul(loadLanes(betaGradient + at, lanes), share);
      const slope = f32x4.mul(f32x4.mul(loadLanes(gammaGradient + at, lanes), share), inverse);
      const start = <usize>first * step + at;
      for (let row = start; row < start + bytes; row += step) {
        const distance = f32x4.sub(loadLanes(input + row, lanes), middle);
        const gradient = passed(loadLanes(outputGradient + row, lanes), multiplyAdd(distance, scale, shift), activation);
        const change = f32x4.sub(f32x4.sub(gradient, average), f32x4.mul(distance, slope));
        storeLanes(inputGradient + row, f32x4.mul(change, scale), lanes);
      }
    }
  }
}
