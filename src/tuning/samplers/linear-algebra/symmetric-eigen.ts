/** A symmetric matrix taken apart: `vectors[row][i]` is the column of `values[i]`. */
export interface SymmetricEigen {
  readonly values: number[];
  readonly vectors: number[][];
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations (1846): each makes one pair of elements zero,
 * until none is left. Exact to rounding, and fast enough for the few dimensions that a search has.
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  const size = Math.max(...a.map((row, i) => Math.abs(row[i])), Number.MIN_VALUE);
  for (let sweep = 0; sweep < 60; sweep++) {
    let largest = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        largest = Math.max(largest, Math.abs(a[p][q]));
        if (Math.abs(a[p][q]) > 1e-300) rotate(a, vectors, p, q);
      }
    }
    if (largest <= 1e-15 * size) break;
  }
  return { values: a.map((row, i) => row[i]), vectors };
}

/** Makes a[p][q] zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const tangent = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (rows: number[][]) => {
    for (const row of rows) {
      const [left, right] = [row[p], row[q]];
      row[p] = cosine * left - sine * right;
      row[q] = sine * left + cosine * right;
    }
  };
  turn(a);
  for (let i = 0; i < a.length; i++) {
    const [upper, lower] = [a[p][i], a[q][i]];
    a[p][i] = cosine * upper - sine * lower;
    a[q][i] = sine * upper + cosine * lower;
  }
  turn(vectors);
}
