import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { isPruningStep, type PruningSteps, reportedSteps } from './reported.ts';

export interface ThresholdOptions extends PruningSteps {
  /** @default no limit */
  readonly lower?: number;
  /** @default no limit */
  readonly upper?: number;
}

/** Ends a trial whose last value is NaN, below `lower` or above `upper`. */
export function thresholdPruner(options: ThresholdOptions): Pruner {
  requireKnownOptions('thresholdPruner', options, { lower: true, upper: true, nWarmupSteps: true, intervalSteps: true });
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY, nWarmupSteps = 0, intervalSteps = 1 } = options;
  if (options.lower === undefined && options.upper === undefined) {
    throw new DlError('config', 'thresholdPruner needs a limit: { lower: 0.1 } or { upper: 10 }.');
  }
  if (!(lower <= upper)) throw new DlError('config', `thresholdPruner: lower is ${lower}, above upper, which is ${upper}.`);
  checkWholeNumbers('thresholdPruner', { nWarmupSteps: [nWarmupSteps, 0], intervalSteps: [intervalSteps, 1] });
  return {
    name: 'threshold',
    prune(_study, trial) {
      const steps = reportedSteps(trial);
      if (!isPruningStep(steps, options)) return false;
      const value = trial.intermediateValues[steps[steps.length - 1]];
      return !(value >= lower && value <= upper);
    },
  };
}
