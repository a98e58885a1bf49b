import type { FrozenTrial } from '../../storage/study-storage.ts';

/**
 * Sorts a front by crowding distance, those with the most room around them first: the distance between the neighbours in each
 * value, as a share of its finite range (Deb et al. 2002). The outermost ones have infinitely much.
 */
export function lonelyFirst(front: readonly FrozenTrial[]): FrozenTrial[] {
  const sorted = [...front];
  const room = new Map<FrozenTrial, number>();
  for (let objective = 0; objective < (front[0]?.values?.length ?? 0); objective++) {
    const worth = (trial: FrozenTrial) => trial.values![objective];
    sorted.sort((a, b) => compare(worth(a), worth(b)));
    if (worth(sorted[0]) === worth(sorted.at(-1)!)) continue;
    const values = [Number.NEGATIVE_INFINITY, ...sorted.map(worth), Number.POSITIVE_INFINITY];
    const least = values.find((value) => value !== Number.NEGATIVE_INFINITY)!;
    const most = values.findLast((value) => value !== Number.POSITIVE_INFINITY)!;
    const width = most > least ? most - least : 1;
    for (const [i, trial] of sorted.entries()) {
      const gap = values[i] === values[i + 2] ? 0 : values[i + 2] - values[i];
      room.set(trial, (room.get(trial) ?? 0) + gap / width);
    }
  }
  return sorted.sort((a, b) => compare(room.get(a) ?? 0, room.get(b) ?? 0)).reverse();
}

/** Infinite values are equal to themselves. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
