import type { Choice, Distribution, NumberDistribution } from '../distribution.ts';
import { clamp, stepOf } from '../samplers/number-scale.ts';
import { logProbabilityBetween } from '../samplers/tpe/normal-distribution.ts';

/** Numbers are looked at on so many places at most. */
const mostPlaces = 50;

/**
 * How often values of a parameter occur, smoothed, at every place of a grid over its range; at every choice.
 * Kernels are as wide as Scott (1992) says; one that covers the range counts like one more value.
 */
export function gridDensity(distribution: Distribution, values: readonly Choice[]): number[] {
  return distribution.kind === 'categorical'
    ? choiceDensity(
        counts(
          values.map((value) => distribution.choices.indexOf(value)),
          distribution.choices.length,
        ),
      )
    : numberDensity(countOnGrid(distribution, values as readonly number[]));
}

function choiceDensity(count: readonly number[]): number[] {
  const observed = [...count.keys()].filter((choice) => count[choice] > 0);
  const share = 1 / (observed.length + 1);
  const kernel = 1 + share * count.length;
  const total = sum(count) + 1;
  return count.map((own) => (own / kernel + (sum(count) * share) / kernel + 1 / count.length) / total);
}

function numberDensity(count: readonly number[]): number[] {
  const observed = [...count.keys()].filter((place) => count[place] > 0);
  const last = count.length - 1;
  const width = scottWidth(
    observed,
    observed.map((place) => count[place]),
  );
  const total = sum(count) + 1;
  const kernels = [...observed.map((place) => ({ center: place, width, weight: count[place] / total })), { center: last / 2, width: last + 1, weight: 1 / total }]; // biome-ignore format: one line
  return count.map((_, place) => sum(kernels.map((kernel) => kernel.weight * share(place - 0.5, place + 0.5, last, kernel))));
}

/** Of a normal distribution cut to the grid, which half a step on both sides belongs to. */
function share(from: number, to: number, last: number, { center, width }: { readonly center: number; readonly width: number }): number {
  const between = (a: number, b: number) => logProbabilityBetween((a - center) / width, (b - center) / width);
  return Math.exp(between(from, to) - between(-0.5, last + 0.5));
}

function scottWidth(places: readonly number[], weights: readonly number[]): number {
  const total = sum(weights);
  const mean = sum(places.map((place, i) => place * weights[i])) / total;
  const deviation = Math.sqrt(sum(places.map((place, i) => (place - mean) ** 2 * weights[i])) / Math.max(1, total - 1));
  let cumulated = 0;
  const below = weights.map((weight) => {
    cumulated += weight;
    return cumulated;
  });
  const first = below.findIndex((weight) => weight >= Math.floor(total / 4));
  const third = below.findIndex((weight) => weight > Math.floor((total * 3) / 4));
  const middleHalf = places[third < 0 ? places.length - 1 : third] - places[first];
  return Math.max(1.059 * Math.min(middleHalf / 1.34, deviation) * total ** -0.2, 0.5 / 1.64);
}

function countOnGrid(distribution: NumberDistribution, values: readonly number[]): number[] {
  const { kind, low, high, log } = distribution;
  const step = stepOf(distribution);
  const all =
    kind === 'int' && log ? Math.ceil(Math.log2(high - low + 1)) + 1 : step > 0 ? Math.round((high - low) / step) + 1 : mostPlaces;
  const size = Math.min(all, mostPlaces);
  const scale = log ? Math.log : (value: number) => value;
  const gap = (scale(high) - scale(low)) / (size - 1);
  // What lies in the middle of two places counts for the lower one.
  return counts(
    values.map((value) => clamp(Math.ceil((scale(value) - scale(low)) / gap - 0.5), 0, size - 1)),
    size,
  );
}

function counts(places: readonly number[], size: number): number[] {
  const count = new Array<number>(size).fill(0);
  for (const place of places) count[place]++;
  return count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
