import { describe, expect, it } from 'vitest';
import { firstRows, type Matrix, matrix, multiply, transpose } from '../../../src/core/linear-algebra/matrix.ts';
import { svd } from '../../../src/core/linear-algebra/svd.ts';
import { symmetricEigen } from '../../../src/core/linear-algebra/symmetric-eigen.ts';
import { RandomStream } from '../../../src/core/random.ts';

function randomMatrix(rows: number, columns: number, seed = 0): Matrix {
  const random = new RandomStream(seed, 'matrix');
  return matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );
}

const distance = (a: Matrix, b: Matrix) => Math.max(...a.values.map((value, i) => Math.abs(value - b.values[i])));

function diagonalOf(values: Float64Array): Matrix {
  const result = matrix(values.length, values.length);
  values.forEach((value, i) => {
    result.values[i * values.length + i] = value;
  });
  return result;
}

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 7, 40, 100])('takes a matrix of %i rows apart and puts it together again', (n) => {
    const any = randomMatrix(n, n);
    const symmetric = matrix(
      n,
      n,
      any.values.map((value, i) => value + transpose(any).values[i]),
    );
    const { values, vectors } = symmetricEigen(symmetric);
    expect(distance(multiply(multiply(transpose(vectors), diagonalOf(values)), vectors), symmetric)).toBeLessThan(1e-11 * n);
    expect(distance(multiply(vectors, transpose(vectors)), diagonalOf(new Float64Array(n).fill(1)))).toBeLessThan(1e-12 * n);
    expect(Array.from(values)).toEqual(Array.from(values).sort((a, b) => b - a));
  });

  it('knows a matrix by heart: [[2, 1], [1, 2]] has 3 and 1', () => {
    const { values } = symmetricEigen(matrix(2, 2, Float64Array.from([2, 1, 1, 2])));
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
  });

  it('takes zeros, and equal eigenvalues', () => {
    expect(Array.from(symmetricEigen(matrix(4, 4)).values)).toEqual([0, 0, 0, 0]);
    expect(Array.from(symmetricEigen(diagonalOf(Float64Array.from([5, 5, 5]))).values)).toEqual([5, 5, 5]);
  });
});

describe('svd', () => {
  it.each([
    [1, 1],
    [6, 4],
    [4, 6],
    [50, 30],
  ])('of %i x %i gives the matrix again', (rows, columns) => {
    const given = randomMatrix(rows, columns);
    const { singularValues, left, right } = svd(given);
    expect(singularValues.length).toBe(Math.min(rows, columns));
    expect(distance(multiply(multiply(transpose(left), diagonalOf(singularValues)), right), given)).toBeLessThan(1e-10);
  });

  it('gives the best approximation of a rank: its error is the singular values that were cut', () => {
    const given = randomMatrix(20, 12);
    const { singularValues, left, right } = svd(given);
    const cut = multiply(multiply(transpose(firstRows(left, 5)), diagonalOf(singularValues.slice(0, 5))), firstRows(right, 5));
    const error = given.values.reduce((sum, value, i) => sum + (value - cut.values[i]) ** 2, 0);
    expect(error).toBeCloseTo(
      singularValues.slice(5).reduce((sum, value) => sum + value ** 2, 0),
      8,
    );
  });

  it('of a matrix of rank 1 has one singular value', () => {
    const { singularValues } = svd(multiply(randomMatrix(8, 1), randomMatrix(1, 5, 1)));
    expect(singularValues[1] / singularValues[0]).toBeLessThan(1e-7);
  });
});
