import { DlError } from '../core/errors.ts';
import { searched } from './grid-search.ts';
import type { StudyLimits } from './limits.ts';
import type { Pruner } from './pruners/pruner.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { Space, SpaceSettings } from './space.ts';
import type { StudyDefinition, StudySettings } from './study-definition.ts';

export interface DefineStudyOptions<Config> extends StudySettings<Config>, StudyLimits {
  readonly space: SpaceSettings<Config> | Space<Config>;
  /** What chooses the settings: `random`, `tpe`, `grid`, or one made with options. @default 'tpe' */
  readonly sampler?: string | Sampler;
  /**
   * What ends a training early that is worse than the others were at the same epoch: `median`, `successive-halving`, `hyperband`, `none`, or one made with
   * options. @default 'median', after a third of the epochs
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
export function defineStudy<Config>({
  space,
  sampler = 'tpe',
  pruner = 'median',
  ...options
}: DefineStudyOptions<Config>): StudyDefinition {
  const { maxTrials, timeBudget, stopWhen } = options;
  if (sampler !== 'grid' && maxTrials === undefined && timeBudget === undefined && stopWhen === undefined) {
    throw new DlError('config', "The study would never end. Say when: maxTrials: 30, timeBudget: '2h' or stopWhen: { noGainTrials: 20 }.");
  }
  return { sampler, ...(pruner !== 'none' && { pruner }), ...searched(space), ...options, scoring: options.scoring as string };
}
