import { crc32 } from 'node:zlib';
import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import type { FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { reportedSteps } from './reported.ts';
import { successiveHalvingPruner } from './successive-halving-pruner.ts';

export interface HyperbandOptions {
  /** The step of the first rung of the first bracket. @default 1 */
  readonly minResource?: number;
  /** How many steps a trial has that is not pruned; `auto`: those of the longest complete one. @default 'auto' */
  readonly maxResource?: number | 'auto';
  /** @default 3 */
  readonly reductionFactor?: number;
  /** So many trials must have reached a rung before one passes it. @default 0 */
  readonly bootstrapCount?: number;
}

/**
 * Successive halving in several brackets, each with a later first rung, for studies where nobody knows how early a trial shows its worth (Li et al. 2018).
 * Which bracket a trial is in follows from study and number, as in Optuna.
 */
export function hyperbandPruner(options: HyperbandOptions = {}): Pruner {
  requireKnownOptions('hyperbandPruner', options, { minResource: true, maxResource: true, reductionFactor: true, bootstrapCount: true });
  const { minResource = 1, maxResource = 'auto', reductionFactor = 3, bootstrapCount = 0 } = options;
  checkWholeNumbers('hyperbandPruner', {
    minResource: [minResource, 1],
    ...(maxResource !== 'auto' && { maxResource: [maxResource, minResource] as const }),
    reductionFactor: [reductionFactor, 2],
  });
  if (bootstrapCount > 0 && maxResource === 'auto') {
    throw new DlError('config', 'hyperbandPruner: bootstrapCount needs a maxResource that is known from the beginning.');
  }
  const halving = (bracket: number) =>
    successiveHalvingPruner({ minResource, reductionFactor, minEarlyStoppingRate: bracket, bootstrapCount });
  return {
    name: 'hyperband',
    prune(study, trial, keep) {
      const most = maxResource === 'auto' ? longest(study) : maxResource;
      if (most === undefined) return false;
      const shares = hyperbandShares(minResource, most, reductionFactor);
      const bracketOf = ({ number }: FrozenTrial) => hyperbandBracket(study.name, number, shares);
      const bracket = bracketOf(trial);
      const trials = study.trials.filter((other) => bracketOf(other) === bracket);
      return halving(bracket).prune({ ...study, trials }, trial, keep);
    },
  };
}

/** How the trials are shared out over the brackets, the one with the earliest rung first: 81, 34, 15, 8, 5 for 1 to 81 steps. */
export function hyperbandShares(minResource: number, maxResource: number, reductionFactor: number): number[] {
  const brackets = Math.floor(Math.log(maxResource / minResource) / Math.log(reductionFactor)) + 1;
  return Array.from({ length: brackets }, (_, bracket) => {
    const s = brackets - 1 - bracket;
    return Math.ceil((brackets * reductionFactor ** s) / (s + 1));
  });
}

/** The bracket of a trial: a place among the shares that its name falls on. */
export function hyperbandBracket(study: string, number: number, shares: readonly number[]): number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let place = crc32(`${study}_${number}`) % total;
  return shares.findIndex((share) => {
    place -= share;
    return place < 0;
  });
}

function longest({ trials }: FrozenStudy): number | undefined {
  const last = trials.filter(({ state }) => state === 'complete').flatMap((trial) => reportedSteps(trial).at(-1) ?? []);
  return last.length === 0 ? undefined : Math.max(...last) + 1;
}
