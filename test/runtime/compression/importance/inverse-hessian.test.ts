import { expect, it } from 'vitest';
import { InverseHessian } from '../../../../src/compression/importance/inverse-hessian.ts';
import { RandomStream } from '../../../../src/core/random.ts';

const size = 6;
const random = new RandomStream(1);
const gradients = Array.from({ length: 40 }, () => Float32Array.from({ length: size }, () => random.normal()));
const hessian = (i: number, j: number) => gradients.reduce((sum, gradient) => sum + gradient[i] * gradient[j], 0);
/** 1/2 dᵀ H d */
const rise = (change: readonly number[]) =>
  change.reduce((sum, one, i) => sum + change.reduce((part, other, j) => part + (one * other * hessian(i, j)) / 2, 0), 0);
const start = Float64Array.from({ length: size }, () => random.normal());

it('says what the loss rises by when a weight is removed and the others make up for it', () => {
  const inverse = new InverseHessian(size, gradients);
  for (let q = 0; q < size; q++) {
    const weights = start.slice();
    new InverseHessian(size, gradients).remove(q, weights);
    const change = Array.from(weights, (weight, i) => weight - start[i]);
    expect(weights[q]).toBe(0);
    expect(inverse.cost(q, start[q])).toBeCloseTo(rise(change), 3);
    // No other change of the rest costs less.
    for (let i = 0; i < size; i++) {
      if (i === q) continue;
      for (const by of [-0.01, 0.01]) expect(rise(change.map((value, j) => (j === i ? value + by : value)))).toBeGreaterThan(rise(change));
    }
  }
});

it('removes one after the other as if it had known only the rest', () => {
  const weights = start.slice();
  const inverse = new InverseHessian(size, gradients);
  inverse.remove(4, weights);
  const rest = [0, 1, 2, 3, 5];
  const smaller = new InverseHessian(
    5,
    gradients.map((gradient) => Float32Array.from(rest, (i) => gradient[i])),
  );
  for (const [i, place] of rest.entries()) expect(inverse.cost(place, weights[place])).toBeCloseTo(smaller.cost(i, weights[place]), 3);
  inverse.remove(1, weights);
  expect([weights[1], weights[4]]).toEqual([0, 0]);
});

it('gives what changes nothing away for nothing', () => {
  const blind = gradients.map((gradient) => gradient.map((value, i) => (i === 2 ? 0 : value)));
  const inverse = new InverseHessian(size, blind);
  const weights = start.slice();
  expect(inverse.cost(2, start[2])).toBeLessThan(1e-3);
  inverse.remove(2, weights);
  for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(i === 2 ? 0 : start[i], 10);
});
