import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { searched } from './grid-search.ts';
import { type CrossValidation, checkCv } from './k-fold.ts';
import type { StudyLimits } from './limits.ts';
import type { Pruner } from './pruners/pruner.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { Space, SpaceSettings } from './space.ts';
import type { StudyDefinition, StudySettings } from './study-definition.ts';

export interface DefineStudyOptions<Config> extends StudySettings<Config>, StudyLimits {
  readonly space: SpaceSettings<Config> | Space<Config>;
  /** What chooses the settings: `random`, `tpe`, `grid`, or one made with options. @default 'tpe' */
  readonly sampler?: string | Sampler;
  /** Trains each trial once per fold, `kFold(5)`, and judges it by the mean. @default once, on the config's own validation data */
  readonly cv?: CrossValidation;
  /**
   * What ends a trial early that is worse than the others were at the same epoch: `median`, `successive-halving`, `hyperband`, `none`, or one made with
   * options. With `cv` it sees folds in place of epochs. @default 'median', after a third of the epochs; with `cv` 'wilcoxon'
   */
  readonly pruner?: string | Pruner;
  /** No training begins later: `2h`. @default no limit */
  readonly timeBudget?: string;
}

/**
 * A search for better settings of config.ts.
 *
 * ```ts
 * export default defineStudy<Config>({
 *   space: { 'training.optimizer.learningRate': logFloat(1e-4, 1e-1), 'model.units': int(64, 512) },
 *   scoring: 'val_accuracy',
 *   maxTrials: 30,
 * });
 * ```
 *
 * @throws DlError `config` for a space that cannot be, or where nothing would end the study
 */
export function defineStudy<Config>(definition: DefineStudyOptions<Config>): StudyDefinition {
  requireKnownOptions('defineStudy', definition, {
    space: true,
    scoring: true,
    sampler: true,
    pruner: true,
    cv: true,
    maxTrials: true,
    stopWhen: true,
    timeBudget: true,
    direction: true,
    workers: true,
    timeout: true,
    retries: true,
    storage: true,
  });
  const { space, sampler = 'tpe', pruner, ...options } = definition;
  const { maxTrials, timeBudget, stopWhen, cv } = options;
  if (sampler !== 'grid' && maxTrials === undefined && timeBudget === undefined && stopWhen === undefined) {
    throw new DlError('config', "The study would never end. Say when: maxTrials: 30, timeBudget: '2h' or stopWhen: { noGainTrials: 20 }.");
  }
  if (cv !== undefined) checkCv('defineStudy', cv);
  const chosen = pruner ?? (cv ? 'wilcoxon' : 'median');
  return { sampler, ...(chosen !== 'none' && { pruner: chosen }), ...searched(space), ...options, scoring: options.scoring as string };
}
