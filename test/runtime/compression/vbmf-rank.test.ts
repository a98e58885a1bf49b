import { expect, it } from 'vitest';
import { vbmfRank } from '../../../src/compression/low-rank/vbmf-rank.ts';
import { matrix, multiply } from '../../../src/core/linear-algebra/matrix.ts';
import { svd } from '../../../src/core/linear-algebra/svd.ts';
import { RandomStream } from '../../../src/core/random.ts';

/** Products of normal numbers of a rank, with noise. */
function noisy(rows: number, columns: number, rank: number, noise: number) {
  const random = new RandomStream(1, 'vbmf');
  const normal = (r: number, c: number) =>
    matrix(
      r,
      c,
      Float64Array.from({ length: r * c }, () => random.normal()),
    );
  const values = multiply(normal(rows, rank), normal(rank, columns)).values.map((value) => value + noise * random.normal());
  return { energies: svd(matrix(rows, columns, values)).singularValues.map((value) => value ** 2), shape: [rows, columns] as const };
}

it.each([
  [60, 40, 5],
  [40, 60, 5],
  [100, 100, 12],
  [30, 200, 1],
])('finds the rank of a %i x %i product of rank %3$i below noise', (rows, columns, rank) => {
  expect(vbmfRank(noisy(rows, columns, rank, 0.5))).toBe(rank);
});

it('finds 1 in noise alone, and in nothing', () => {
  expect(vbmfRank(noisy(50, 50, 1, 100))).toBe(1);
  expect(vbmfRank({ energies: new Float64Array(5), shape: [5, 9] })).toBe(1);
});
