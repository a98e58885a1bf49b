import { compareLosses } from './losses.ts';

/**
 * The front that each point belongs to: 0 for those that no other point dominates (is at least as good in everything and better
 * in something), 1 for those that only front 0 dominates, and so on (Deb et al. 2002). Equal points share their front.
 * @param losses [points][objectives], lower is better
 * @param enough points after which the fronts need not be told apart: all others share the last one. @default all points
 */
export function nonDominationRanks(losses: readonly (readonly number[])[], enough = losses.length): Uint32Array {
  const ranks = new Uint32Array(losses.length);
  const order = [...losses.keys()].sort((a, b) => compareLosses(losses[a], losses[b]));
  const distinct: number[][] = [];
  for (const i of order) {
    const last = distinct.at(-1);
    if (last && compareLosses(losses[last[0]], losses[i]) === 0) last.push(i);
    else distinct.push([i]);
  }
  let left = distinct;
  for (let rank = 0; left.length > 0; rank++) {
    const ranked = distinct.length - left.length;
    const isLast = ranked >= Math.min(enough, distinct.length);
    const front = isLast ? left : paretoFront(left, ([i]) => losses[i]);
    for (const i of front.flat()) ranks[i] = rank;
    const taken = new Set(front);
    left = left.filter((group) => !taken.has(group));
  }
  return ranks;
}

/** The points that no other dominates. @param sorted without equal ones, by their losses */
function paretoFront<Point>(sorted: readonly Point[], lossesOf: (point: Point) => readonly number[]): Point[] {
  const front: Point[] = [];
  for (const point of sorted) {
    const losses = lossesOf(point);
    // Whatever dominates it comes before it.
    if (!front.some((other) => lossesOf(other).every((loss, i) => loss <= losses[i]))) front.push(point);
  }
  return front;
}

/** The distinct points that no other dominates, sorted. */
export function distinctFront(losses: readonly (readonly number[])[]): (readonly number[])[] {
  const sorted = [...losses].sort(compareLosses);
  return paretoFront(
    sorted.filter((point, i) => i === 0 || compareLosses(sorted[i - 1], point) !== 0),
    (point) => point,
  );
}
