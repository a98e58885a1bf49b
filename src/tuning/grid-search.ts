import type { ConfigKey, ConfigValue } from '../config/config-types.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { type ProjectSpace, type Space, space } from './space.ts';
import type { StudyDefinition, StudySettings } from './study-definition.ts';

/** For each key of config.ts that is to be varied, the values to try. */
export type Grid<Config> = { readonly [Key in ConfigKey<Config>]?: readonly ConfigValue<Config, Key>[] };

export interface GridSearchOptions<Config> extends StudySettings<Config> {
  /** Every combination of these is tried once. */
  readonly space: Grid<Config> | Space<Config>;
}

/**
 * Trains once for every combination of the values in `space` (scikit-learn's grid search, over the settings of config.ts).
 *
 * ```ts
 * export default gridSearch<Config>({
 *   space: { 'training.optimizer.learningRate': [1e-4, 1e-3, 1e-2], 'data.batchSize': [64, 128, 256] },
 *   scoring: 'val_accuracy',
 * });
 * ```
 *
 * @throws DlError `config` for a key without values, or with one value twice
 */
export function gridSearch<Config>(definition: GridSearchOptions<Config>): StudyDefinition {
  requireKnownOptions('gridSearch', definition, {
    space: true,
    scoring: true,
    direction: true,
    workers: true,
    timeout: true,
    retries: true,
    storage: true,
  });
  const { space: given, ...options } = definition;
  return { sampler: 'grid', ...searched(given), ...options, scoring: options.scoring as string };
}

/** The space of a study, as its definition has it. */
export function searched<Config>(given: Space<Config> | object): Pick<StudyDefinition, 'space' | 'conditions' | 'forbidden'> {
  if (typeof given !== 'object' || given === null)
    throw new DlError('config', "The study has no space. Name settings and their values: space: { 'data.batchSize': [64, 128] }");
  const { settings, conditions, forbidden }: ProjectSpace =
    'settings' in given && 'when' in given ? (given as Space<Config>) : space(given);
  return { space: settings, ...(conditions.length > 0 && { conditions }), ...(forbidden.length > 0 && { forbidden }) };
}
