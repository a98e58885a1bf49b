/**
 * Packing: B as panels of eight columns, `[panel][k][8]`, so that a tile reads it front to back. Columns that are missing in the last
 * panel are zeros; a last panel of at most four columns is four wide. The panel of column n therefore starts at float n * k.
 */
import { loadLanes, minimum, roundUp4 } from './lanes';

/** Width of the panel that starts at column `column` of `columns`. */
// @ts-ignore: decorator
@inline
export function panelWidth(column: i32, columns: i32): i32 {
  return columns - column > 4 ? 8 : 4;
}

/** Packs B `[k, n]`, or B transposed, `[n, k]`. */
export function packPanels(source: usize, k: i32, n: i32, transposed: bool, target: usize): void {
  if (!transposed) return packRows(source, k, n, 0, k, target);
  for (let column = 0; column < n; column += 8) {
    const at = (<usize>column * <usize>k) << 2;
    packTransposedPanel(source + at, k, n - column, panelWidth(column, n), target + at);
  }
}

/** Packs some rows of B `[k, n]`, from `first` on: `[rows, n]`. */
export function packRows(source: usize, rows: i32, n: i32, first: i32, k: i32, target: usize): void {
  for (let column = 0; column < n; column += 8) {
    const width = panelWidth(column, n);
    const panel = target + ((<usize>column * <usize>k + <usize>first * <usize>width) << 2);
    packPanel(source + (<usize>column << 2), rows, n, n - column, width, panel);
  }
}

function packPanel(source: usize, k: i32, n: i32, columns: i32, width: i32, panel: usize): void {
  const stepSource = <usize>n << 2, stepPanel = <usize>width << 2;
  if (columns >= 8) {
    for (let row = 0; row < k; row++, source += stepSource, panel += stepPanel) {
      v128.store(panel, v128.load(source));
      v128.store(panel, v128.load(source, 16), 16);
    }
    return;
  }
  for (let row = 0; row < k; row++, source += stepSource, panel += stepPanel) {
    v128.store(panel, loadLanes(source, columns));
    if (width == 8) v128.store(panel, loadLanes(source + 16, columns - 4), 16);
  }
}

function packTransposedPanel(source: usize, k: i32, columns: i32, width: i32, panel: usize): void {
  const stepSource = <usize>k << 2, stepPanel = <usize>width << 2;
  for (let half = 0; half < width; half += 4) {
    transposeInto(source + <usize>half * stepSource, minimum(columns - half, 4), k, stepSource, panel + (<usize>half << 2), stepPanel);
  }
}

/** Up to four rows of `length` floats become four columns; rows that are missing become zeros. */
// @ts-ignore: decorator
@inline
function transposeInto(source: usize, rows: i32, length: i32, stepSource: usize, target: usize, stepTarget: usize): void {
  let step = 0;
  if (rows == 4) {
    const s1 = source + stepSource, s2 = s1 + stepSource, s3 = s2 + stepSource;
    for (; step + 4 <= length; step += 4) {
      const at = <usize>step << 2;
      const r0 = v128.load(source + at), r1 = v128.load(s1 + at), r2 = v128.load(s2 + at), r3 = v128.load(s3 + at);
      const p0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), p1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const p2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), p3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<f32>(p0, p1, 0, 1, 4, 5));
      v128.store(target + stepTarget, v128.shuffle<f32>(p0, p1, 2, 3, 6, 7));
      v128.store(target + stepTarget * 2, v128.shuffle<f32>(p2, p3, 0, 1, 4, 5));
      v128.store(target + stepTarget * 3, v128.shuffle<f32>(p2, p3, 2, 3, 6, 7));
      target += stepTarget * 4;
    }
  }
  for (; step < length; step++, target += stepTarget) {
    const at = source + (<usize>step << 2);
    for (let row = 0; row < 4; row++) {
      store<f32>(target + (<usize>row << 2), row < rows ? load<f32>(at + <usize>row * stepSource) : <f32>0);
    }
  }
}

/** `[rows, columns]`, of which a block of columns is taken, to `[columns, rows]`. */
export function transpose(source: usize, rows: i32, columns: i32, rowStride: i32, target: usize): void {
  const stepSource = <usize>rowStride << 2, stepTarget = <usize>rows << 2;
  const wholeRows = rows & ~3;
  for (let row = 0; row < wholeRows; row += 4) {
    transposeInto(source + <usize>row * stepSource, 4, columns, stepSource, target + (<usize>row << 2), stepTarget);
  }
  for (let row = wholeRows; row < rows; row++) {
    const from = source + <usize>row * stepSource, to = target + (<usize>row << 2);
    for (let column = 0; column < columns; column++) {
      store<f32>(to + <usize>column * stepTarget, load<f32>(from + (<usize>column << 2)));
    }
  }
}

/** Copies `count` floats and fills up to `paddedCount` with zeros. */
export function padVector(source: usize, count: i32, paddedCount: i32, target: usize): void {
  memory.copy(target, source, <usize>count << 2);
  memory.fill(target + (<usize>count << 2), 0, <usize>(paddedCount - count) << 2);
}

/** Bytes that a matrix of `k` rows and `n` columns takes when packed. */
export function packedBytes(k: i32, n: i32): i32 {
  return (k * roundUp4(n)) << 2;
}
