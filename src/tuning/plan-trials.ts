import type { AnyConfig, ProjectParts } from '../config/config-types.ts';
import { type Overrides, resolveConfig } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { RandomStream } from '../core/random.ts';
import { findByName } from '../core/registry.ts';
import type { MetricDefinition } from '../metrics/metric.ts';
import type { Choice, Distribution, NumberDistribution } from './distribution.ts';
import { foldSettings } from './k-fold.ts';
import { builtinPruners } from './pruners/builtin-pruners.ts';
import type { Pruner } from './pruners/pruner.ts';
import { builtinSamplers } from './samplers/builtin-samplers.ts';
import type { Sampler } from './samplers/sampler.ts';
import { chooseParams, type Params, type SearchSpace } from './search-space.ts';
import { searchSpaceOf, settingsOf } from './search-space-of.ts';
import { combinationsOf, spaceGridSampler } from './space-grid-sampler.ts';
import type { Direction } from './storage/study-storage.ts';
import type { ProjectStudy } from './study-definition.ts';

/** A study that can be run: its space was tried on the config. */
export interface StudyPlan {
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  readonly pruner: Pruner | undefined;
  readonly direction: Direction;
  /** How many there are in the end; undefined where time or success decides. */
  readonly trialCount: number | undefined;
}

/**
 * Checks a study against the config, before anything is trained.
 * @throws DlError `config` for an unknown key, a value of the wrong type, a scoring that is not logged, or a condition that cannot be
 */
export function planTrials(study: ProjectStudy, config: AnyConfig): StudyPlan {
  const { name, project, scoring, direction, sampler, maxTrials } = study;
  const source = `tuning/${name}.ts`;
  checkFolds(source, study);
  const space = searchSpaceOf({ ...study, settings: study.space }, source);
  const combinations = sampler === 'grid' ? combinationsOf(space) : undefined;
  for (const params of combinations ?? examplesOf(space))
    checkScoring(source, scoring, trialConfig(study, config, settingsOf(study.space, params)));
  return {
    space,
    sampler: combinations
      ? spaceGridSampler(combinations)
      : named(sampler, (one) => findByName('sampler', builtinSamplers, one).create({ seed: config.seed })),
    pruner:
      study.pruner === undefined
        ? undefined
        : named(study.pruner, (one) => findByName('pruner', builtinPruners, one).create(config.training.epochs)),
    direction: direction ?? directionOf(source, scoring, project, config),
    trialCount: combinations ? Math.min(combinations.length, maxTrials ?? Number.POSITIVE_INFINITY) : maxTrials,
  };
}

/** The config of a trial with these settings. @param fold of its cross-validation */
export function trialConfig(
  { name, project, cv }: ProjectStudy,
  config: AnyConfig,
  settings: Readonly<Record<string, unknown>>,
  fold = 0,
): AnyConfig {
  const all = { ...settings, ...(cv && foldSettings(cv, fold)) };
  return resolveConfig<ProjectParts>(project, config, Object.entries(all), { overridesSource: `tuning/${name}.ts` }).config as AnyConfig;
}

/** `from-study=<name>` in small: the changes to the config. */
export function overridesOf(space: ProjectStudy['space'], params: Params): Overrides {
  return Object.entries(settingsOf(space, params));
}

/** Some points of a space to try the config on: its corners, and some in between. */
function examplesOf(space: SearchSpace): Params[] {
  const random = new RandomStream(0, 'examples');
  const inside = (distribution: Distribution): Choice =>
    distribution.kind === 'categorical'
      ? distribution.choices[random.integer(distribution.choices.length)]
      : [distribution.low, distribution.high, between(distribution)][random.integer(3)];
  const examples = Array.from({ length: 64 }, () => chooseParams(space, (_, distribution) => inside(distribution)));
  return examples.filter((params) => !space.isForbidden?.(params));
}

/** A number within a range: not at its ends, where it has others. */
function between({ kind, low, high, step }: NumberDistribution): number {
  if (kind === 'float' && step === null) return low + 0.382 * (high - low); // hardly ever whole
  const width = step ?? 1;
  return low + Math.ceil((high - low) / width / 3) * width;
}

function named<Part extends { readonly name: string }>(part: string | Part, find: (name: string) => Part): Part {
  return typeof part === 'string' ? find(part) : part;
}

/** What `cv` sets would be the same in every trial, whatever the space says. */
function checkFolds(source: string, { space, cv }: ProjectStudy): void {
  const both = Object.keys(cv ? foldSettings(cv, 0) : {}).find((key) => key in space);
  if (both === undefined) return;
  throw new DlError('config', `${source}: the space varies ${both}, which cv sets: kFold(...). Leave one of them out.`);
}

function checkScoring(source: string, scoring: string, { training, data }: AnyConfig): void {
  const names = ['loss', ...training.metrics.map((metric) => metric.name)];
  const isValidated = data.validationSplit > 0 || (data.folds ?? 0) > 0;
  const logged = isValidated ? names.flatMap((name) => [`val_${name}`, name]) : names;
  if (logged.includes(scoring)) return;
  if (typeof scoring !== 'string')
    throw new DlError('config', `${source}: say what a training is judged by: scoring: '${logged[0]}'. Logged: ${logged.join(', ')}.`);
  throw new DlError(
    'config',
    `${source}: scoring is ${JSON.stringify(scoring)}, which the training does not log.${didYouMean(scoring, logged)} Logged: ${logged.join(', ')}.`,
  );
}

function directionOf(source: string, scoring: string, project: ProjectParts, config: AnyConfig): Direction {
  const name = scoring.replace(/^val_/, '');
  if (name === 'loss') return 'minimize';
  const settings = config.training.metrics.find((metric) => metric.name === name);
  if (!settings) throw new DlError('config', `${source}: say which ${scoring} is better: direction: 'maximize' or 'minimize'.`);
  const definition = findByName('metric', project.metrics, name) as MetricDefinition;
  return definition.create({ ...definition.defaults, ...settings }).higherIsBetter ? 'maximize' : 'minimize';
}
