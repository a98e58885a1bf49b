import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { bestOf } from '../best-trials.ts';
import type { FrozenTrial } from '../storage/study-storage.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { signedRankProbability } from './signed-rank-probability.ts';

export interface WilcoxonOptions {
  /** A trial ends when it would look so bad by chance only with this probability. @default 0.1 */
  readonly pThreshold?: number;
  /** So many reports must be compared. @default 2 */
  readonly nStartupSteps?: number;
}

/**
 * Ends a trial that is worse than the best one on the same folds or samples, reported as steps, by more than chance explains (Wilcoxon's signed-rank test, as in
 * Optuna). Unless its mean is better: a few folds may outweigh the others.
 */
export function wilcoxonPruner(options: WilcoxonOptions = {}): Pruner {
  requireKnownOptions('wilcoxonPruner', options, { pThreshold: true, nStartupSteps: true });
  const { pThreshold = 0.1, nStartupSteps = 2 } = options;
  checkWholeNumbers('wilcoxonPruner', { nStartupSteps: [nStartupSteps, 0] });
  if (!(pThreshold >= 0 && pThreshold <= 1)) throw new DlError('config', `wilcoxonPruner: pThreshold is ${pThreshold}; it is from 0 to 1.`);
  return {
    name: 'wilcoxon',
    prune({ trials, directions: [direction] }, trial) {
      const best = bestOf(trials, direction);
      if (!best || !hasFiniteReports(trial) || !hasFiniteReports(best)) return false;
      const sign = direction === 'maximize' ? -1 : 1;
      const steps = Object.keys(trial.intermediateValues).filter((step) => step in best.intermediateValues);
      const losses = steps.map((step) => sign * (trial.intermediateValues[step] - best.intermediateValues[step]));
      if (losses.length < Math.max(2, nStartupSteps)) return false;
      const isBetterOnAverage = sign * mean(trial) <= sign * mean(best);
      return signedRankProbability(losses) < pThreshold && !isBetterOnAverage;
    },
  };
}

function hasFiniteReports({ intermediateValues }: FrozenTrial): boolean {
  const values = Object.values(intermediateValues);
  return values.length > 0 && values.every(Number.isFinite);
}

function mean({ intermediateValues }: FrozenTrial): number {
  const values = Object.values(intermediateValues);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
