import { expect, it } from 'vitest';
import { markLargest } from '../../../src/compression/weight-pruning/magnitude.ts';

it('marks exactly as many as asked, by magnitude', () => {
  expect(markLargest([Float32Array.of(1, -5, 2, 0, -3)], 2)).toEqual([Float32Array.of(0, 1, 0, 0, 1)]);
});

it('takes the first of equal ones', () => {
  expect(markLargest([Float32Array.of(1, -1, 1, 2, -1)], 3)).toEqual([Float32Array.of(1, 1, 0, 1, 0)]);
  expect(markLargest([Float32Array.of(0, 0, 0)], 2)).toEqual([Float32Array.of(1, 1, 0)]);
});

it('lets several weights compete', () => {
  expect(markLargest([Float32Array.of(1, 2), Float32Array.of(3, 4)], 2)).toEqual([Float32Array.of(0, 0), Float32Array.of(1, 1)]);
});

it('marks all or none', () => {
  expect(markLargest([Float32Array.of(0, -2)], 2)).toEqual([Float32Array.of(1, 1)]);
  expect(markLargest([Float32Array.of(0, -2)], 0)).toEqual([Float32Array.of(0, 0)]);
});
