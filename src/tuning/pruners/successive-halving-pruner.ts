import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import type { FrozenTrial } from '../storage/study-storage.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { reportedSteps } from './reported.ts';

export interface SuccessiveHalvingOptions {
  /** The step of the first rung; `auto`: a hundredth of the longest complete trial, at least 1. @default 'auto' */
  readonly minResource?: number | 'auto';
  /** Of so many trials that reach a rung one goes on; the next rung is so many times as far. @default 4 */
  readonly reductionFactor?: number;
  /** Leaves out so many of the first rungs. @default 0 */
  readonly minEarlyStoppingRate?: number;
  /** So many trials must have reached a rung before one passes it. @default 0 */
  readonly bootstrapCount?: number;
}

/**
 * At steps that are multiplied from rung to rung only the best of those that came so far go on (asynchronous successive halving, Li et al. 2020).
 * As in Optuna trials are only ended, never taken up again; what each had at a rung is kept with it as `completed_rung_<n>`.
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  requireKnownOptions('successiveHalvingPruner', options, {
    minResource: true,
    reductionFactor: true,
    minEarlyStoppingRate: true,
    bootstrapCount: true,
  });
  const { minResource = 'auto', reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  checkWholeNumbers('successiveHalvingPruner', {
    ...(minResource !== 'auto' && { minResource: [minResource, 1] as const }),
    reductionFactor: [reductionFactor, 2],
    minEarlyStoppingRate: [minEarlyStoppingRate, 0],
    bootstrapCount: [bootstrapCount, 0],
  });
  if (bootstrapCount > 0 && minResource === 'auto') {
    throw new DlError('config', 'successiveHalvingPruner: bootstrapCount needs a minResource that is known from the beginning.');
  }
  return {
    name: 'successiveHalving',
    prune({ trials, directions: [direction] }, trial, keep) {
      const step = reportedSteps(trial).at(-1);
      const firstRung = minResource === 'auto' ? estimateMinResource(trials) : minResource;
      if (step === undefined || firstRung === undefined) return false;
      const value = trial.intermediateValues[step];
      for (let rung = nextRung(trial); step >= firstRung * reductionFactor ** (minEarlyStoppingRate + rung); rung++) {
        if (Number.isNaN(value)) return true;
        keep(rungKey(rung), value);
        const others = trials.filter(({ id, systemAttributes }) => id !== trial.id && rungKey(rung) in systemAttributes);
        const losses = [...others.map(({ systemAttributes }) => systemAttributes[rungKey(rung)] as number), value]
          .map((one) => (direction === 'maximize' ? -one : one))
          .sort((a, b) => a - b);
        if (losses.length <= bootstrapCount) return true;
        const last = Math.max(0, Math.floor(losses.length / reductionFactor) - 1);
        if ((direction === 'maximize' ? -value : value) > losses[last]) return true;
      }
      return false;
    },
  };
}

function rungKey(rung: number): string {
  return `completed_rung_${rung}`;
}

function nextRung({ systemAttributes }: FrozenTrial): number {
  let rung = 0;
  while (rungKey(rung) in systemAttributes) rung++;
  return rung;
}

function estimateMinResource(trials: readonly FrozenTrial[]): number | undefined {
  const last = trials.filter(({ state }) => state === 'complete').flatMap((trial) => reportedSteps(trial).at(-1) ?? []);
  return last.length === 0 ? undefined : Math.max(Math.floor(Math.max(...last) / 100), 1);
}
