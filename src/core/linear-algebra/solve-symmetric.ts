import { type Matrix, matrix } from './matrix.ts';

/**
 * Solves `symmetric` * x = `right` for a positive semidefinite matrix, by Cholesky's factors of it plus a trifle on the diagonal,
 * so that a singular one gives a solution of small entries.
 * @param right `[n, k]`: k right sides
 */
export function solveSymmetric(symmetric: Matrix, right: Matrix): Matrix {
  const n = symmetric.rows;
  const factor = choleskyFactor(symmetric);
  const x = right.values.slice();
  const k = right.columns;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) addRow(x, i, j, -factor[i * n + j], k);
    scaleRow(x, i, 1 / factor[i * n + i], k);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) addRow(x, i, j, -factor[j * n + i], k);
    scaleRow(x, i, 1 / factor[i * n + i], k);
  }
  return matrix(n, k, x);
}

/** The lower triangle L with L * L' = the matrix. */
function choleskyFactor({ rows: n, values }: Matrix): Float64Array {
  const trace = values.reduce((sum, value, i) => (i % (n + 1) === 0 ? sum + value : sum), 0);
  const trifle = 1e-12 * (trace / n) + Number.MIN_VALUE;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = values[i * n + j] + (i === j ? trifle : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, trifle)) : sum / factor[j * n + j];
    }
  }
  return factor;
}

function addRow(x: Float64Array, to: number, from: number, factor: number, length: number): void {
  for (let i = 0; i < length; i++) x[to * length + i] += factor * x[from * length + i];
}

function scaleRow(x: Float64Array, row: number, factor: number, length: number): void {
  for (let i = 0; i < length; i++) x[row * length + i] *= factor;
}
