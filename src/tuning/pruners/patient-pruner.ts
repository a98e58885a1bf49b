import { showValue } from '../../config/show-value.ts';
import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { checkWholeNumbers } from './check-options.ts';
import type { Pruner } from './pruner.ts';
import { bestValue, reportedSteps } from './reported.ts';

export interface PatientOptions {
  /** So many reports after the best one nothing is pruned. */
  readonly patience: number;
  /** What is better by less than that does not count. @default 0 */
  readonly minDelta?: number;
}

/**
 * Lets another pruner decide only about trials that have not become better for a while.
 * @param wrapped undefined: such trials are pruned
 */
export function patientPruner(wrapped: Pruner | undefined, options: PatientOptions): Pruner {
  requireKnownOptions('patientPruner', options, { patience: true, minDelta: true });
  const { patience, minDelta = 0 } = options;
  if (wrapped !== undefined && typeof wrapped?.prune !== 'function')
    throw new DlError(
      'config',
      `patientPruner got ${showValue(wrapped)}; it takes a pruner first: patientPruner(medianPruner(), { patience: 3 })`,
    );
  checkWholeNumbers('patientPruner', { patience: [patience, 0] });
  if (!(minDelta >= 0)) throw new DlError('config', `patientPruner: minDelta is ${minDelta}; it must be at least 0.`);
  return {
    name: 'patient',
    prune(study, trial, keep) {
      const values = reportedSteps(trial).map((step) => trial.intermediateValues[step]);
      if (values.length <= patience + 1) return false;
      const [direction] = study.directions;
      const before = bestValue(values.slice(0, -patience - 1), direction);
      const after = bestValue(values.slice(-patience - 1), direction);
      const isStuck = direction === 'maximize' ? before - minDelta > after : before + minDelta < after;
      return isStuck && (wrapped?.prune(study, trial, keep) ?? true);
    },
  };
}
