import type { Choice, Distribution } from '../distribution.ts';

export type Direction = 'minimize' | 'maximize';
export type TrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting';

/** A trial as its storage has it; changes when the storage is read again. */
export interface FrozenTrial {
  /** Over all studies of a storage. */
  readonly id: number;
  /** Within its study, from 0. */
  readonly number: number;
  readonly state: TrialState;
  /** What the study judges it by, one for each of its directions; null until it is complete. */
  readonly values: readonly number[] | null;
  /** The first of them. */
  readonly value: number | null;
  readonly params: Readonly<Record<string, Choice>>;
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** What was reported while it ran, by step. */
  readonly intermediateValues: Readonly<Record<string, number>>;
  readonly userAttributes: Readonly<Record<string, unknown>>;
  /** What studies, samplers and pruners keep for themselves, with Optuna's keys (`fixed_params`, `constraints`). */
  readonly systemAttributes: Readonly<Record<string, unknown>>;
  /** Outcome constraints by name: one above 0 is broken. */
  readonly constraints: Readonly<Record<string, number>>;
  /** The process that asked for it. */
  readonly workerId: string;
  readonly start: Date | null;
  readonly complete: Date | null;
}

export interface FrozenStudy {
  readonly id: number;
  readonly name: string;
  /** What is better, for each value of a trial. */
  readonly directions: readonly Direction[];
  readonly userAttributes: Readonly<Record<string, unknown>>;
  readonly trials: readonly FrozenTrial[];
}

/** Where studies are kept; Optuna's division of work, with ids as Optuna counts them. */
export interface StudyStorage {
  /** Every study as it is now. */
  studies(): Promise<readonly FrozenStudy[]>;
  /** @returns its id; that of the older one where another process was faster with the name */
  createStudy(name: string, directions: readonly Direction[]): Promise<number>;
  setStudyAttribute(studyId: number, key: string, value: unknown): Promise<void>;
  /** @returns its id; it is running */
  createTrial(studyId: number): Promise<number>;
  setTrialParameter(trialId: number, name: string, internal: number, distribution: Distribution): Promise<void>;
  setIntermediateValue(trialId: number, step: number, value: number): Promise<void>;
  setTrialAttribute(trialId: number, key: string, value: unknown): Promise<void>;
  setTrialSystemAttribute(trialId: number, key: string, value: unknown): Promise<void>;
  /** @param values only for 'complete', and for 'pruned' where it has some */
  setTrialState(trialId: number, state: TrialState, values: readonly number[] | null): Promise<void>;
}
