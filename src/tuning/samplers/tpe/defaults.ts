import type { Direction } from '../../storage/study-storage.ts';

/** How many of so many finished trials are the good ones: a tenth; with one objective at most 25. */
export function defaultGamma(directions: readonly Direction[]): (finished: number) => number {
  const most = directions.length > 1 ? Number.POSITIVE_INFINITY : 25;
  return (finished) => Math.min(Math.ceil(0.1 * finished), most);
}

/** The last 25 trials count 1, older ones from 1/n on (Bergstra et al. 2013). */
export function defaultWeights(trials: number): number[] {
  const older = Math.max(0, trials - 25);
  const lowest = 1 / trials;
  return Array.from({ length: trials }, (_, i) => {
    if (i >= older) return 1;
    return older === 1 ? lowest : lowest + (i * (1 - lowest)) / (older - 1);
  });
}
