import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { bestValue, isPruningStep, type PruningSteps, reportedSteps } from './reported.ts';

export interface PercentileOptions extends PruningSteps {
  /** Nothing is pruned before so many trials are complete. @default 5 */
  readonly nStartupTrials?: number;
  /** So many complete trials must have reported at the same step. @default 1 */
  readonly nMinTrials?: number;
}

/**
 * Keeps a trial only while its best value so far is in the best `percentile` of what the complete trials reported at the same step (Optuna's).
 * @param percentile 0 to 100: 25 keeps the best quarter
 */
export function percentilePruner(percentile: number, options: PercentileOptions = {}): Pruner {
  requireKnownOptions('percentilePruner', options, { nStartupTrials: true, nMinTrials: true, nWarmupSteps: true, intervalSteps: true });
  const { nStartupTrials = 5, nMinTrials = 1, nWarmupSteps = 0, intervalSteps = 1 } = options;
  if (!(percentile >= 0 && percentile <= 100)) throw new DlError('config', `percentilePruner: ${percentile} is not between 0 and 100.`);
  checkWholeNumbers('percentilePruner', {
    nStartupTrials: [nStartupTrials, 0],
    nMinTrials: [nMinTrials, 1],
    nWarmupSteps: [nWarmupSteps, 0],
    intervalSteps: [intervalSteps, 1],
  });
  return {
    name: 'percentile',
    prune({ trials, directions: [direction] }, trial) {
      const complete = trials.filter(({ state }) => state === 'complete');
      if (complete.length === 0 || complete.length < nStartupTrials) return false;
      const steps = reportedSteps(trial);
      if (!isPruningStep(steps, options)) return false;
      const best = bestValue(Object.values(trial.intermediateValues), direction);
      if (Number.isNaN(best)) return true;
      const step = steps[steps.length - 1];
      const others = complete.flatMap(({ intermediateValues }) => (step in intermediateValues ? [intermediateValues[step]] : []));
      if (others.length < nMinTrials) return false;
      const limit = percentileOf(others, direction === 'maximize' ? 100 - percentile : percentile);
      return direction === 'maximize' ? best < limit : best > limit;
    },
  };
}

/** As numpy's `nanpercentile`, to the last bit: linear between neighbours. NaN where there is nothing but NaN. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const position = (sorted.length - 1) * (percentile / 100);
  const lower = Math.floor(position);
  const share = position - lower;
  const [a, b] = [sorted[lower], sorted[Math.min(lower + 1, sorted.length - 1)]];
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
}
