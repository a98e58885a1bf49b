/** Kernels over a matrix `[rows, columns]` seen as rows. */
import { exponential } from './exponential';
import { loadLanes, minimum, storeLanes, sumLanes } from './lanes';

/** Floats summed in a stretch before the next: they stay in the first-level cache, and the rounding errors stay small. */
const stretchFloats: i32 = 4096;

/** Sum over the rows, `[columns]`: the gradient of a bias. */
export function sumRows(rows: i32, columns: i32, input: usize, output: usize): void {
  memory.fill(output, 0, (<usize>columns) << 2);
  if (columns == 0) return;
  const stretch = stretchFloats / columns + 1;
  for (let row = 0; row < rows; row += stretch) {
    addStretch(minimum(stretch, rows - row), columns, input + ((<usize>row * <usize>columns) << 2), output);
  }
}

function addStretch(rows: i32, columns: i32, input: usize, output: usize): void {
  const step = (<usize>columns) << 2;
  const end = input + <usize>rows * step;
  let column = 0;
  for (; column + 8 <= columns; column += 8) {
    const at = (<usize>column) << 2;
    let low = f32x4.splat(0),
      high = f32x4.splat(0);
    for (let row = input + at; row < end; row += step) {
      low = f32x4.add(low, v128.load(row));
      high = f32x4.add(high, v128.load(row, 16));
    }
    v128.store(output + at, f32x4.add(v128.load(output + at), low));
    v128.store(output + at, f32x4.add(v128.load(output + at, 16), high), 16);
  }
  for (; column < columns; column += 4) {
    const at = (<usize>column) << 2,
      lanes = columns - column;
    let sum = f32x4.splat(0);
    for (let row = input + at; row < end; row += step) sum = f32x4.add(sum, loadLanes(row, lanes));
    storeLanes(output + at, f32x4.add(loadLanes(output + at, lanes), sum), lanes);
  }
}

/** Adds `bias`, `[columns]`, to every row. Input and output may be the same. */
export function addBias(rows: i32, columns: i32, input: usize, bias: usize, output: usize): void {
  const step = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++, input += step, output += step) {
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2,
        lanes = columns - column;
      storeLanes(output + at, f32x4.add(loadLanes(input + at, lanes), loadLanes(bias + at, lanes)), lanes);
    }
  }
}

/** Softmax of every row. Input and output may be the same. */
export function softmax(rows: i32, columns: i32, input: usize, output: usize): void {
  const step = (<usize>columns) << 2,
    whole = (<usize>(columns & ~3)) << 2;
  for (let row = 0; row < rows; row++, input += step, output += step) {
    let lanes = f32x4.splat(-Infinity);
    let at: usize = 0;
    for (; at < whole; at += 16) lanes = f32x4.max(lanes, v128.load(input + at));
    let largest: f32 = max<f32>(
      max<f32>(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
      max<f32>(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
    );
    for (; at < step; at += 4) largest = max<f32>(largest, load<f32>(input + at));
    let sums = f32x4.splat(0);
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2,
        lanes = minimum(4, columns - column);
      const power = exponential(f32x4.sub(loadLanes(input + at, lanes), f32x4.splat(largest)));
      storeLanes(output + at, power, lanes);
      sums = f32x4.add(sums, lanes == 4 ? power : loadLanes(output + at, lanes));
    }
    const sum = f32x4.splat(sumLanes(sums));
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2,
        lanes = minimum(4, columns - column);
      storeLanes(output + at, f32x4.div(loadLanes(output + at, lanes), sum), lanes);
    }
  }
}

/** Adds row i of the input to row `segments[i]` (int32) of the output `[segmentCount, columns]`; rows of a segment that is not there are left out. */
export function segmentSum(rows: i32, columns: i32, segmentCount: i32, input: usize, segments: usize, output: usize): void {
  const step = (<usize>columns) << 2;
  memory.fill(output, 0, <usize>segmentCount * step);
  for (let row = 0; row < rows; row++, input += step) {
    const segment = load<i32>(segments + ((<usize>row) << 2));
    if (segment < 0 || segment >= segmentCount) continue;
    const target = output + <usize>segment * step;
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2,
        lanes = columns - column;
      storeLanes(target + at, f32x4.add(loadLanes(target + at, lanes), loadLanes(input + at, lanes)), lanes);
    }
  }
}
