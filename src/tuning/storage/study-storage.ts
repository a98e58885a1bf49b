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
  /** The process that began it. */
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
  readonly systemAttributes: Readonly<Record<string, unknown>>;
  readonly trials: readonly FrozenTrial[];
}

/** What a trial has from the beginning; what is left out is empty. */
export interface TrialTemplate extends Partial<Omit<FrozenTrial, 'id' | 'number' | 'value' | 'constraints' | 'workerId'>> {}

/** What is begun next: one that waits, or a new one. */
export type NextTrial = { readonly waiting: FrozenTrial } | TrialTemplate;

/** Where studies are kept; Optuna's division of work, with ids as Optuna counts them. */
export interface StudyStorage {
  /** Whether other processes can open it too. @default true */
  readonly isShared?: boolean;
  /** Every study as it is now. */
  studies(): Promise<readonly FrozenStudy[]>;
  /** One study as it is now, by id or by name; undefined where there is none. */
  study(key: number | string): Promise<FrozenStudy | undefined>;
  /** @returns its id; that of the older one where another process was faster with the name */
  createStudy(name: string, directions: readonly Direction[]): Promise<number>;
  setStudyAttribute(studyId: number, key: string, value: unknown): Promise<void>;
  setStudySystemAttribute(studyId: number, key: string, value: unknown): Promise<void>;
  /**
   * Begins a trial.
   * @param choose which, from the study as it is; nobody else changes it meanwhile, so that no two processes choose the same. Undefined: none
   */
  beginTrial(studyId: number, choose: (study: FrozenStudy) => NextTrial | undefined): Promise<FrozenTrial | undefined>;
  /** Adds a trial that this process does not run: one that waits, or that is over already. */
  addTrial(studyId: number, trial: TrialTemplate): Promise<void>;
  setTrialParameter(trialId: number, name: string, internal: number, distribution: Distribution): Promise<void>;
  setIntermediateValue(trialId: number, step: number, value: number): Promise<void>;
  setTrialAttribute(trialId: number, key: string, value: unknown): Promise<void>;
  setTrialSystemAttribute(trialId: number, key: string, value: unknown): Promise<void>;
  /**
   * Ends a trial; what is over already stays as it is.
   * @param values only for 'complete', and for 'pruned' where it has some
   * @param then a trial to be added in the same moment: the next try of one that failed
   */
  endTrial(trialId: number, state: 'complete' | 'pruned' | 'fail', values: readonly number[] | null, then?: TrialTemplate): Promise<void>;
  /** Puts a trial that this process runs back, with everything it has: it waits for whoever asks next. */
  returnTrial(trialId: number): Promise<void>;
  /** Whether the process that runs this trial was known to have died when the study was read. */
  isLost(trial: FrozenTrial): boolean;
  /** Whether the process that runs this trial was known to live when the study was read; of Optuna's it is not known. */
  isAlive(trial: FrozenTrial): boolean;
  /** Waits until another process has changed the study since it was read; for some seconds at most, as not all of them tell. */
  waitForChange(studyId: number): Promise<void>;
}
