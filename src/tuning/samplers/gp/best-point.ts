import type { RandomStream } from '../../../core/random.ts';
import { minimize } from '../linear-algebra/minimize.ts';
import { sobol, sobolDimensions } from '../quasi-random/sobol.ts';
import type { Acquisition } from './acquisition.ts';
import type { Side } from './process-space.ts';

const candidates = 2048;
const searches = 10;

/** A point and what it is worth. */
interface Valued {
  readonly point: Float64Array;
  readonly value: number;
}

/**
 * The point that is worth most: of many evenly spread ones the best, some others that were good, and `known`, each followed
 * uphill: along the gradient where sides are continuous, from place to place along the others.
 * @param lengths of the sides, for steps that are alike in all directions
 */
export function bestPoint(
  acquisition: Acquisition,
  sides: readonly Side[],
  lengths: Float64Array,
  known: readonly Float64Array[],
  random: RandomStream,
): Float64Array {
  const spread = spreadPoints(sides, random).map((point) => ({ point, value: acquisition.value(point) }));
  const starts = [...pick(spread, searches - known.length, random), ...known.map((point) => ({ point, value: acquisition.value(point) }))];
  const ends = starts.map((start) => climb(acquisition, sides, lengths, start));
  return ends.reduce((best, end) => (end.value > best.value ? end : best)).point;
}

function spreadPoints(sides: readonly Side[], random: RandomStream): Float64Array[] {
  const seeds = sides.map(() => random.uint32());
  return Array.from({ length: candidates }, (_, i) =>
    Float64Array.from(sides, (side, k) => side.at(k < sobolDimensions ? sobol(i, k, seeds[k]) : random.uniform())),
  );
}

/** The best, and others as likely as they are good. */
function pick(points: readonly Valued[], count: number, random: RandomStream): Valued[] {
  const best = points.reduce((one, other) => (other.value > one.value ? other : one));
  const chosen = [best];
  const left = new Map(points.filter((one) => one !== best).map((one) => [one, Math.exp(one.value - best.value)]));
  while (chosen.length < count) {
    const total = [...left.values()].reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) break;
    let share = random.uniform(0, total);
    for (const [one, weight] of left) {
      share -= weight;
      if (share >= 0) continue;
      chosen.push(one);
      left.delete(one);
      break;
    }
    if (share >= 0) break;
  }
  return chosen;
}

function climb(acquisition: Acquisition, sides: readonly Side[], lengths: Float64Array, start: Valued): Valued {
  let now = start;
  for (let round = 0; round < 20; round++) {
    const before = now.value;
    now = climbContinuous(acquisition, sides, lengths, now);
    for (const [k, side] of sides.entries()) if (!side.isContinuous) now = climbPlaces(acquisition, side, k, now);
    if (!(now.value > before + 1e-6) || sides.every(({ isContinuous }) => isContinuous)) return now;
  }
  return now;
}

function climbContinuous(acquisition: Acquisition, sides: readonly Side[], lengths: Float64Array, start: Valued): Valued {
  const free = [...sides.keys()].filter((k) => sides[k].isContinuous);
  if (free.length === 0) return start;
  const place = (scaled: Float64Array) => {
    const point = Float64Array.from(start.point);
    for (const [i, k] of free.entries()) point[k] = Math.min(1, scaled[i] * lengths[k]);
    return point;
  };
  const { x, value } = minimize(
    (scaled) => {
      const { value: worth, gradient } = acquisition.withGradient(place(scaled));
      return { value: -worth, gradient: Float64Array.from(free, (k) => -gradient[k] * lengths[k]) };
    },
    Float64Array.from(free, (k) => start.point[k] / lengths[k]),
    { low: 0, high: free.map((k) => 1 / lengths[k]), tolerance: 1e-2 },
  );
  return -value > start.value ? { point: place(x), value: -value } : start;
}

function climbPlaces(acquisition: Acquisition, side: Side, k: number, start: Valued): Valued {
  return side.placesFrom(start.point[k]).reduce((best, place) => {
    const point = Float64Array.from(start.point);
    point[k] = place;
    const value = acquisition.value(point);
    return value > best.value ? { point, value } : best;
  }, start);
}
