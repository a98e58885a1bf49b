import { gram, type Matrix, matrix, transpose } from './matrix.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** matrix = sum over k of `singularValues[k]` * row k of `left` * row k of `right`. */
export interface Svd {
  /** In falling order; as many as the shorter side of the matrix has entries. */
  readonly singularValues: Float64Array;
  /** `[rank, rows]` */
  readonly left: Matrix;
  /** `[rank, columns]` */
  readonly right: Matrix;
}

/**
 * The singular value decomposition, by the eigenvectors of the smaller Gram matrix: singular values below about 1e-8 of the
 * largest are noise, which a cut to a low rank drops anyway.
 */
export function svd(given: Matrix): Svd {
  if (given.rows > given.columns) {
    const { singularValues, left, right } = svd(transpose(given));
    return { singularValues, left: right, right: left };
  }
  const { values, vectors } = symmetricEigen(gram(given));
  const singularValues = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const { rows, columns } = given;
  const right = new Float64Array(rows * columns);
  singularValues.forEach((singular, k) => {
    if (singular === 0) return;
    const row = right.subarray(k * columns, (k + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const weight = vectors.values[k * rows + i] / singular;
      for (let j = 0; j < columns; j++) row[j] += weight * given.values[i * columns + j];
    }
  });
  return { singularValues, left: vectors, right: matrix(rows, columns, right) };
}
