import type { RandomStream } from '../../core/random.ts';

/** How the first centroids are found; TFMOT's `CentroidInitialization`. */
export const centroidInits = ['linear', 'kmeans++', 'density', 'random'] as const;

export type CentroidInit = (typeof centroidInits)[number];

export interface Clustering {
  /** The shared values, ascending; fewer than asked where there are fewer different values. */
  readonly centroids: Float32Array;
  /** By value: the index of its centroid. */
  readonly assignments: Uint8Array;
}

const mostRounds = 300;

/**
 * k-means of numbers (Lloyd, 1982). On a line clusters are intervals of the sorted values, so that a round needs one binary search
 * per cluster instead of a distance per value and centroid. A cluster that runs empty starts again at the value farthest from its centroid.
 *
 * @param count centroids, 1 to 256
 * @param random draws for `kmeans++` and `random`; the others draw nothing
 */
export function kMeans(values: Float32Array, count: number, init: CentroidInit, random: RandomStream): Clustering {
  const line = new SortedLine(values);
  let centroids = line.distinct(count) ?? firstCentroids[init](line, count, random).sort();
  let edges: readonly number[] | undefined;
  for (let round = 0; round < mostRounds; round++) {
    const next = line.edgesBetween(centroids);
    if (edges && next.every((edge, i) => edge === edges?.[i])) break;
    edges = next;
    centroids = line.meansOf(edges, centroids);
  }
  const middles = middlesOf(centroids);
  return {
    centroids: Float32Array.from(centroids),
    assignments: Uint8Array.from(values, (value) => countBelow(value, middles)),
  };
}

const firstCentroids: Readonly<Record<CentroidInit, (line: SortedLine, count: number, random: RandomStream) => Float64Array>> = {
  /** Equally far from each other: the few large values, which matter most, get centroids of their own (Han, Mao and Dally, 2016). */
  linear: ({ sorted }, count) => {
    const [least, most] = [sorted[0], sorted[sorted.length - 1]];
    return Float64Array.from({ length: count }, (_, i) => least + ((most - least) * (i + 0.5)) / count);
  },
  /** Equally many values for each. */
  density: ({ sorted }, count) => Float64Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)]),
  /** Values drawn one by one, likely where no centroid is near yet (Arthur and Vassilvitskii, 2007). */
  'kmeans++': ({ sorted }, count, random) => {
    const centroids = Float64Array.of(sorted[random.integer(sorted.length)]);
    const distances = Float64Array.from(sorted, (value) => (value - centroids[0]) ** 2);
    return Float64Array.from({ length: count }, (_, i) => {
      if (i === 0) return centroids[0];
      const drawn = sorted[drawIndex(distances, random)];
      distances.forEach((distance, j) => {
        distances[j] = Math.min(distance, (sorted[j] - drawn) ** 2);
      });
      return drawn;
    });
  },
  /** Any of the values. */
  random: ({ sorted }, count, random) => Float64Array.from(random.permutation(sorted.length).subarray(0, count), (i) => sorted[i]),
};

/** Values in ascending order, and sums that give the mean of any interval of them at once. */
class SortedLine {
  readonly sorted: Float32Array;
  readonly #sums: Float64Array;

  constructor(values: Float32Array) {
    this.sorted = values.slice().sort();
    this.#sums = new Float64Array(values.length + 1);
    this.sorted.forEach((value, i) => {
      this.#sums[i + 1] = this.#sums[i] + value;
    });
  }

  /** The different values, if they are `most` or fewer: then nothing needs to be moved. */
  distinct(most: number): Float64Array | undefined {
    const found: number[] = [];
    for (const value of this.sorted) {
      if (value === found[found.length - 1]) continue;
      if (found.length === most) return undefined;
      found.push(value);
    }
    return Float64Array.from(found);
  }

  /** Where the intervals end whose values are nearest to each of the ascending centroids; the last end is left out. */
  edgesBetween(centroids: Float64Array): number[] {
    return Array.from(middlesOf(centroids), (middle) => countUpTo(middle, this.sorted));
  }

  /** The mean of each interval, ascending; an empty interval gets one of the values that are farthest from their means. */
  meansOf(edges: readonly number[], before: Float64Array): Float64Array {
    const intervals = Array.from(before, (_, i) => ({ from: edges[i - 1] ?? 0, to: edges[i] ?? this.sorted.length }));
    const means = intervals.map(({ from, to }) => (this.#sums[to] - this.#sums[from]) / (to - from)); // NaN where it is empty
    const ends = intervals.flatMap(({ from, to }, i) =>
      from < to ? [this.sorted[from], this.sorted[to - 1]].map((value) => ({ value, distance: Math.abs(value - means[i]) })) : [],
    );
    ends.sort((a, b) => a.distance - b.distance);
    return Float64Array.from(means, (mean, i) => (Number.isNaN(mean) ? (ends.pop()?.value ?? before[i]) : mean)).sort();
  }
}

function middlesOf(ascending: Float64Array): Float64Array {
  return ascending.subarray(1).map((value, i) => (ascending[i] + value) / 2);
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(limit: number, ascending: Float32Array): number {
  return countWhile(ascending, (value) => value <= limit);
}

/** How many of the ascending values are below `limit`. */
function countBelow(limit: number, ascending: Float64Array): number {
  return countWhile(ascending, (value) => value < limit);
}

/** How many values from the first on pass a test that, once failed, all later ones fail. */
function countWhile(values: Float32Array | Float64Array, passes: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (passes(values[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** An index, drawn in proportion to its share. */
function drawIndex(shares: Float64Array, random: RandomStream): number {
  let left = random.uniform() * shares.reduce((sum, share) => sum + share, 0);
  for (let i = 0; i < shares.length; i++) {
    left -= shares[i];
    if (left < 0) return i;
  }
  return shares.length - 1;
}
