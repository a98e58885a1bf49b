import { describe, expect, it } from 'vitest';
import { centroidInits, kMeans } from '../../../src/compression/sharing/k-means.ts';
import { RandomStream } from '../../../src/core/random.ts';

const random = () => new RandomStream(0);

/** Values without the middle, as pruning leaves them. */
function prunedValues(length: number): Float32Array {
  const stream = new RandomStream(1);
  const values = Float32Array.from({ length: 4 * length }, () => stream.normal()).filter((value) => Math.abs(value) > 1);
  return values.subarray(0, length);
}

const squaredError = (values: Float32Array, { centroids, assignments }: ReturnType<typeof kMeans>) =>
  values.reduce((sum, value, i) => sum + (value - centroids[assignments[i]]) ** 2, 0);

describe.each(centroidInits)('k-means from %s centroids', (init) => {
  it('finds groups that lie apart', () => {
    const values = Float32Array.of(5, -1, 5.5, 0.1, -1.5, 0, 5.25, -0.1);
    expect(kMeans(values, 3, init, random())).toEqual({
      centroids: Float32Array.of(-1.25, 0, 5.25),
      assignments: Uint8Array.of(2, 0, 2, 1, 0, 1, 2, 1),
    });
  });

  it('gives each value its nearest centroid, and each centroid the mean of its values', () => {
    const values = prunedValues(2_000);
    const { centroids, assignments } = kMeans(values, 32, init, random());
    expect(centroids).toEqual(centroids.slice().sort());
    expect(new Set(assignments).size).toBe(32);
    values.forEach((value, i) => {
      const nearest = Math.min(...centroids.map((centroid) => Math.abs(value - centroid)));
      expect(Math.abs(value - centroids[assignments[i]])).toBeCloseTo(nearest, 6);
    });
    centroids.forEach((centroid, cluster) => {
      const members = values.filter((_, i) => assignments[i] === cluster);
      expect(members.reduce((sum, value) => sum + value, 0) / members.length).toBeCloseTo(centroid, 5);
    });
  });

  it('is no worse with more centroids than with fewer', () => {
    const values = prunedValues(500);
    const errors = [4, 16, 64, 256].map((count) => squaredError(values, kMeans(values, count, init, random())));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });

  it('moves nothing where there are as many centroids as different values', () => {
    const values = Float32Array.of(3, 1, 3, -2);
    const exact = { centroids: Float32Array.of(-2, 1, 3), assignments: Uint8Array.of(2, 1, 2, 0) };
    expect(kMeans(values, 3, init, random())).toEqual(exact);
    expect(kMeans(values, 256, init, random())).toEqual(exact);
  });

  it('takes the mean for a single centroid, and nothing for no values', () => {
    expect(kMeans(Float32Array.of(1, 2, 6), 1, init, random())).toEqual({ centroids: Float32Array.of(3), assignments: new Uint8Array(3) });
    expect(kMeans(new Float32Array(), 4, init, random())).toEqual({ centroids: new Float32Array(), assignments: new Uint8Array() });
  });

  it('fills clusters that run empty', () => {
    const values = Float32Array.of(...Array(50).fill(0), 0.1, 0.2, 0.3, 100);
    const clustering = kMeans(values, 4, init, random());
    expect(new Set(clustering.assignments).size).toBe(4);
    expect(squaredError(values, clustering)).toBeLessThan(0.01);
  });
});

it('starts linear centroids over the whole range and density ones where the values are', () => {
  const values = Float32Array.of(...Array.from({ length: 1_000 }, (_, i) => i / 1_000), 40);
  expect(kMeans(values, 2, 'linear', random()).centroids[1]).toBe(40);
  expect(kMeans(values, 2, 'density', random()).centroids[1]).toBeLessThan(40.1);
});
