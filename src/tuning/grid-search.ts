import type { ConfigKey, ConfigValue, ProjectParts } from '../config/config-types.ts';
import { DlError } from '../core/errors.ts';
import type { Direction } from './storage/study-storage.ts';

/** For each key of config.ts that is to be varied, the values to try. */
export type Space<Config> = { readonly [Key in ConfigKey<Config>]?: readonly ConfigValue<Config, Key>[] };

/** What a trial may be judged by: the log keys of the project, as `training.monitor`. */
export type Scoring<Config> = Config extends { training: { monitor: infer Key } } ? Key : string;

export interface GridSearchOptions<Config> {
  readonly space: Space<Config>;
  /** The number of each training's best epoch that decides: `val_accuracy`. */
  readonly scoring: Scoring<Config>;
  /** @default what is better in `scoring`: a loss is minimized, an accuracy maximized */
  readonly direction?: Direction;
}

/** What a file in `tuning/` exports. */
export interface StudyDefinition {
  readonly sampler: 'grid';
  readonly space: Readonly<Record<string, readonly unknown[]>>;
  readonly scoring: string;
  readonly direction?: Direction;
}

/** A study of a project; `project.loadStudy` makes it of the file `tuning/<name>.ts`. */
export interface ProjectStudy extends StudyDefinition {
  readonly name: string;
  /** The parts that the settings may name. */
  readonly project: ProjectParts;
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
export function gridSearch<Config>({ space, scoring, direction }: GridSearchOptions<Config>): StudyDefinition {
  const entries = Object.entries(space) as [string, readonly unknown[]][];
  if (entries.length === 0) {
    throw new DlError('config', "gridSearch got an empty space. Name a setting and its values: { 'data.batchSize': [64, 128] }");
  }
  for (const [key, values] of entries) checkValues(key, values);
  return { sampler: 'grid', space: Object.fromEntries(entries), scoring: scoring as string, ...(direction && { direction }) };
}

function checkValues(key: string, values: unknown): void {
  if (!Array.isArray(values)) {
    throw new DlError(
      'config',
      `The space has ${JSON.stringify(values)} for ${key}. Write a list of values to try: [${JSON.stringify(values)}]`,
    );
  }
  if (values.length === 0) throw new DlError('config', `The space has no values for ${key}. Give at least one, or leave the key out.`);
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice !== undefined) throw new DlError('config', `The space has ${twice} twice for ${key}. Leave one out.`);
}

/** Whether a file in `tuning/` exports a study. */
export function isStudyDefinition(value: unknown): value is StudyDefinition {
  return (
    typeof value === 'object' && value !== null && (value as StudyDefinition).sampler === 'grid' && 'space' in value && 'scoring' in value
  );
}
