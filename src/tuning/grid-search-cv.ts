import { availableParallelism } from 'node:os';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { type GridSearchOptions, gridSearch } from './grid-search.ts';
import { type CrossValidation, checkCv } from './k-fold.ts';
import type { StudyDefinition } from './study-definition.ts';

export interface GridSearchCVOptions<Config> extends Omit<GridSearchOptions<Config>, 'workers'> {
  /** `kFold(3)`: in place of `data.validationSplit`. */
  readonly cv: CrossValidation;
  /** How many combinations are trained at the same time, each in a process of its own; -1: one on each core. @default 2, or 1 on a machine with one core */
  readonly nJobs?: number;
  /** Trains the best settings once more in the end, as `npm run train` would. @default true */
  readonly refit?: boolean;
}

/**
 * scikit-learn's grid search with cross-validation, over the settings of config.ts: every combination is trained once per fold and judged by the mean.
 * `tuning/<name>.csv` is its `cv_results_`.
 *
 * ```ts
 * export default gridSearchCV<Config>({
 *   space: { 'data.batchSize': [10, 20, 40], 'training.epochs': [10, 50, 100] },
 *   cv: kFold(3),
 *   scoring: 'val_accuracy',
 * });
 * ```
 */
export function gridSearchCV<Config>(definition: GridSearchCVOptions<Config>): StudyDefinition {
  requireKnownOptions('gridSearchCV', definition, {
    space: true,
    cv: true,
    scoring: true,
    nJobs: true,
    refit: true,
    direction: true,
    timeout: true,
    retries: true,
    storage: true,
  });
  const { nJobs, refit = true, cv, ...options } = definition;
  checkCv('gridSearchCV', cv);
  if (nJobs !== undefined && !(Number.isInteger(nJobs) && (nJobs >= 1 || nJobs === -1)))
    throw new DlError(
      'config',
      `gridSearchCV: nJobs is ${showValue(nJobs)}; it must be a whole number, at least 1, or -1 for one on each core.`,
    );
  if (typeof refit !== 'boolean') throw new DlError('config', `gridSearchCV: refit is ${showValue(refit)}; it must be true or false.`);
  return { ...gridSearch<Config>({ ...options, workers: nJobs === -1 ? availableParallelism() : nJobs }), cv, refit };
}
