import type { Direction, FrozenTrial } from '../../storage/study-storage.ts';
import { hypervolumeSubset } from '../pareto/hypervolume-subset.ts';
import { lossesOf } from '../pareto/losses.ts';
import { nonDominationRanks } from '../pareto/non-domination-ranks.ts';

/**
 * The best trials of a study with several objectives: whole fronts, as far as they fit, and of the next one those that cover
 * most hypervolume (MOTPE: Ozaki et al. 2020, 2022).
 */
export function bestOfMany(trials: readonly FrozenTrial[], directions: readonly Direction[], count: number): FrozenTrial[] {
  if (count >= trials.length) return [...trials];
  const losses = trials.map((trial) => lossesOf(trial, directions));
  const ranks = nonDominationRanks(losses, count);
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < count; rank++) {
    const front = [...losses.keys()].filter((i) => ranks[i] === rank);
    if (chosen.length + front.length <= count) {
      chosen.push(...front);
      continue;
    }
    const ofFront = front.map((i) => losses[i]);
    chosen.push(...hypervolumeSubset(ofFront, count - chosen.length, referencePoint(ofFront)).map((i) => front[i]));
  }
  return chosen.map((i) => trials[i]);
}

/** A little worse than the worst in every objective. */
function referencePoint(losses: readonly (readonly number[])[]): number[] {
  return losses[0].map((_, objective) => {
    const worst = losses.reduce((most, point) => Math.max(most, point[objective]), Number.NEGATIVE_INFINITY);
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
}
