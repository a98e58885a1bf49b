import type { AnyConfig, ProjectParts } from '../config/config-types.ts';
import { type Overrides, resolveConfig } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { findByName } from '../core/registry.ts';
import type { MetricDefinition } from '../metrics/metric.ts';
import type { Choice } from './distribution.ts';
import type { ProjectStudy } from './grid-search.ts';
import { combinationsOf, type Grid } from './samplers/grid-sampler.ts';
import type { Direction } from './storage/study-storage.ts';

/** A study that can be run: every combination was tried on the config. */
export interface StudyPlan {
  readonly grid: Grid;
  readonly direction: Direction;
  readonly trialCount: number;
  /** The config of a trial. */
  configOf(params: Readonly<Record<string, Choice>>): AnyConfig;
}

/**
 * Checks a study against the config, before anything is trained.
 * @throws DlError `config` for an unknown key, a value of the wrong type, or a scoring that is not logged
 */
export function planTrials({ name, project, space, scoring, direction }: ProjectStudy, config: AnyConfig): StudyPlan {
  const source = `tuning/${name}.ts`;
  const resolve = (values: Readonly<Record<string, unknown>>) =>
    resolveConfig<ProjectParts>(project, config, Object.entries(values), { overridesSource: source }).config as AnyConfig;
  const combinations = combinationsOf(space);
  for (const values of combinations) checkScoring(source, scoring, resolve(values));
  return {
    grid: Object.fromEntries(Object.entries(space).map(([key, values]) => [key, values.map(asChoice)])),
    direction: direction ?? directionOf(source, scoring, project, config),
    trialCount: combinations.length,
    configOf: (params) => resolve(valuesOf(space, params)),
  };
}

/** The settings that a trial's parameters stand for. */
export function valuesOf(space: ProjectStudy['space'], params: Readonly<Record<string, Choice>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(space).map(([key, values]) => [key, values.find((value) => asChoice(value) === params[key])]));
}

/** `from-study=<name>` in small: the changes to the config. */
export function overridesOf(space: ProjectStudy['space'], params: Readonly<Record<string, Choice>>): Overrides {
  return Object.entries(valuesOf(space, params));
}

/** Optuna's files hold no lists: `[128, 64]` is kept as its text. */
function asChoice(value: unknown): Choice {
  return value === null || typeof value !== 'object' ? (value as Choice) : JSON.stringify(value);
}

function checkScoring(source: string, scoring: string, { training, data }: AnyConfig): void {
  const names = ['loss', ...training.metrics.map((metric) => metric.name)];
  const logged = data.validationSplit > 0 ? names.flatMap((name) => [`val_${name}`, name]) : names;
  if (logged.includes(scoring)) return;
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
