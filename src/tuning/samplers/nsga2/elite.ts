import type { Direction, FrozenTrial } from '../../storage/study-storage.ts';
import { brokenBy } from '../broken-constraints.ts';
import { lossesOf } from '../pareto/losses.ts';
import { nonDominationRanks } from '../pareto/non-domination-ranks.ts';
import { lonelyFirst } from './lonely-first.ts';

/**
 * The `size` best of complete trials: whole fronts as far as they fit, and of the next one those with the most room around
 * them. Trials that break constraints come after all others, by how much (Deb et al. 2002).
 */
export function elite(trials: readonly FrozenTrial[], directions: readonly Direction[], size: number): FrozenTrial[] {
  const chosen: FrozenTrial[] = [];
  for (const front of fronts(trials, directions)) {
    const isWhole = chosen.length + front.length < size;
    chosen.push(...(isWhole ? front : lonelyFirst(front).slice(0, size - chosen.length)));
    if (!isWhole) break;
  }
  return chosen;
}

function fronts(trials: readonly FrozenTrial[], directions: readonly Direction[]): FrozenTrial[][] {
  const fine = trials.filter((trial) => brokenBy(trial) === 0);
  const broken = trials.filter((trial) => brokenBy(trial) > 0);
  const ofFine = nonDominationRanks(fine.map((trial) => lossesOf(trial, directions)));
  const ofBroken = nonDominationRanks(broken.map((trial) => [brokenBy(trial)]));
  return [...byRank(fine, ofFine), ...byRank(broken, ofBroken)];
}

function byRank(trials: readonly FrozenTrial[], ranks: Uint32Array): FrozenTrial[][] {
  const groups: FrozenTrial[][] = [];
  for (const [i, trial] of trials.entries()) {
    groups[ranks[i]] ??= [];
    groups[ranks[i]].push(trial);
  }
  return groups;
}
