import { requireKnownOptions } from '../../core/known-options.ts';
import { type PercentileOptions, percentilePruner } from './percentile-pruner.ts';
import type { Pruner } from './pruner.ts';

/**
 * Ends a trial whose best value so far is worse than the median of what the complete trials reported at the same step (Golovin et al. 2017, as in Optuna).
 * Slow learners need a warm-up: a third of the epochs loses nothing even where early ranks mislead.
 */
export function medianPruner(options: PercentileOptions = {}): Pruner {
  requireKnownOptions('medianPruner', options, { nStartupTrials: true, nMinTrials: true, nWarmupSteps: true, intervalSteps: true });
  return { ...percentilePruner(50, options), name: 'median' };
}
