import type { RandomStream } from '../core/random.ts';

/**
 * A matrix whose columns, or where there are more of them its rows, have length `gain` and stand at right angles (Saxe et al., 2014):
 * normal numbers made so by Gram and Schmidt's method, twice for exactness. Of a filter all axes but the last are one.
 */
export function orthogonal(shape: readonly number[], gain: number, random: RandomStream): Float32Array {
  const columns = shape[shape.length - 1];
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of [...vectors, ...vectors]) {
      const along = product(vector, other);
      for (let i = 0; i < length; i++) vector[i] -= along * other[i];
    }
    const size = Math.sqrt(product(vector, vector));
    vectors.push(vector.map((value) => value / size));
  }
  const at =
    rows >= columns ? (row: number, column: number) => vectors[column][row] : (row: number, column: number) => vectors[row][column];
  return Float32Array.from({ length: rows * columns }, (_, i) => gain * at(Math.floor(i / columns), i % columns));
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
