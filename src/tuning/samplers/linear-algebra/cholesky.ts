/** The lower triangle L of a symmetric positive matrix A = L Lᵀ, by rows. @returns undefined where A is not positive */
export function cholesky(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const lower = matrix.map((row) => new Float64Array(row.length));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = matrix[i][j] - dot(lower[i], lower[j], j);
      if (i !== j) lower[i][j] = rest / lower[j][j];
      else if (rest > 0) lower[i][i] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return lower;
}

/** x of L x = b. */
export function solveLower(lower: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  for (let i = 0; i < b.length; i++) x[i] = (b[i] - dot(lower[i], x, i)) / lower[i][i];
  return x;
}

/** x of Lᵀ x = b. */
export function solveUpper(lower: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = b.length - 1; i >= 0; i--) {
    x[i] /= lower[i][i];
    for (let j = 0; j < i; j++) x[j] -= lower[i][j] * x[i];
  }
  return x;
}

/** Of the first `count` elements. */
export function dot(a: Float64Array, b: Float64Array, count = a.length): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += a[k] * b[k];
  return sum;
}
