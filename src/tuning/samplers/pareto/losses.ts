import type { Direction, FrozenTrial } from '../../storage/study-storage.ts';

/** A trial's values where lower is better in each; NaN is as bad as can be. */
export function lossesOf({ values }: FrozenTrial, directions: readonly Direction[]): number[] {
  return directions.map((direction, i) => {
    const value = values?.[i] ?? Number.NaN;
    if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
    return direction === 'maximize' ? -value : value;
  });
}

/** By the first number, then by the second ... */
export function compareLosses(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}
