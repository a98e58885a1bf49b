import { distinctFront } from './non-domination-ranks.ts';

/**
 * The volume between points and a reference point that is worse than all of them: how much of what could be had is had.
 * Exact, for any number of objectives: the WFG algorithm (While, Bradstreet and Barone 2012).
 * @param losses [points][objectives], lower is better
 * @returns Infinity where the reference is not finite
 */
export function hypervolume(losses: readonly (readonly number[])[], reference: readonly number[]): number {
  if (!reference.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const volume = volumeOfFront(distinctFront(losses), reference);
  return Number.isFinite(volume) ? volume : Number.POSITIVE_INFINITY;
}

/** @param front sorted, none dominates another */
function volumeOfFront(front: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length === 2) return areaOfFront(front, reference);
  return front.reduce((sum, point, i) => {
    // What the later points cover of this one's box is theirs.
    const covered = front.slice(i + 1).map((other) => other.map((loss, objective) => Math.max(loss, point[objective])));
    return sum + boxVolume(point, reference) - volumeOfFront(distinctFront(covered), reference);
  }, 0);
}

/** The box between a point and the reference. */
export function boxVolume(point: readonly number[], reference: readonly number[]): number {
  return point.reduce((product, loss, objective) => product * (reference[objective] - loss), 1);
}

function areaOfFront(front: readonly (readonly number[])[], [width, height]: readonly number[]): number {
  return front.reduce((sum, [x, y], i) => sum + (width - x) * ((i === 0 ? height : front[i - 1][1]) - y), 0);
}
