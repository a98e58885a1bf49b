import type { ProjectParts } from '../config/config-types.ts';
import type { CrossValidation } from './k-fold.ts';
import type { StudyLimits } from './limits.ts';
import type { Pruner } from './pruners/pruner.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { AnyValues, ProjectSpace } from './space.ts';
import type { Direction } from './storage/study-storage.ts';

/** What a trial may be judged by: the log keys of the project, as `training.monitor`. */
export type Scoring<Config> = Config extends { training: { monitor: infer Key } } ? Key : string;

/** How a study of a project is run; every kind of study has these. */
export interface StudySettings<Config> {
  /** The number of each training's best epoch that decides: `val_accuracy`. */
  readonly scoring: Scoring<Config>;
  /** @default what is better in `scoring`: a loss is minimized, an accuracy maximized */
  readonly direction?: Direction;
  /** How many trainings run at the same time, each in a process of its own. @default 2, or 1 on a machine with one core */
  readonly workers?: number;
  /** A training that takes longer has failed: `30m`. @default no limit */
  readonly timeout?: string;
  /** How often a training that failed is tried again; a killed one goes on from its checkpoint. @default 1 */
  readonly retries?: number;
  /** A database for workers on many machines, `postgres://user@host/database`; the command line and `DL_STUDY_STORAGE` go first. @default a journal in `runs/tuning/` */
  readonly storage?: string;
}

/** What a file in `tuning/` exports. */
export interface StudyDefinition extends StudyLimits, Partial<Omit<ProjectSpace, 'settings'>> {
  /** `grid`, another one by name, or one made with options. */
  readonly sampler: string | Sampler;
  readonly space: Readonly<Record<string, AnyValues>>;
  readonly scoring: string;
  readonly direction?: Direction;
  /** By name, or one made with options. @default nothing is pruned */
  readonly pruner?: string | Pruner;
  /** No training begins later: `2h`. @default no limit */
  readonly timeBudget?: string;
  readonly workers?: number;
  readonly timeout?: string;
  readonly retries?: number;
  readonly storage?: string;
  /** Trains each trial once per fold. @default once, on the config's own validation data */
  readonly cv?: CrossValidation;
  /** Trains the best settings once more in the end, as `npm run train` would. @default false */
  readonly refit?: boolean;
}

/** A study of a project; `project.loadStudy` makes it of the file `tuning/<name>.ts`. */
export interface ProjectStudy extends StudyDefinition {
  readonly name: string;
  /** The parts that the settings may name. */
  readonly project: ProjectParts;
}

/** Whether a file in `tuning/` exports a study. */
export function isStudyDefinition(value: unknown): value is StudyDefinition {
  return typeof value === 'object' && value !== null && 'sampler' in value && 'space' in value && 'scoring' in value;
}
