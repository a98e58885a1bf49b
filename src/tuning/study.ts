import { DlError } from '../core/errors.ts';
import { randomSampler } from './samplers/random-sampler.ts';
import type { Sampler } from './samplers/sampler.ts';
import { memoryJournal } from './storage/journal.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { Direction, FrozenStudy, FrozenTrial, StudyStorage } from './storage/study-storage.ts';
import { isGone } from './storage/worker-id.ts';
import { Trial } from './trial.ts';

export interface StudyOptions {
  readonly name: string;
  /** @default one that is gone with the process */
  readonly storage?: StudyStorage;
  /** @default 'minimize' */
  readonly direction?: Direction;
  /** @default randomSampler() */
  readonly sampler?: Sampler;
  /** Goes on with a study of that name instead of refusing it. @default false */
  readonly loadIfExists?: boolean;
}

/** How a trial ended, where it has no value. */
export interface TrialFailure {
  readonly state: 'fail';
  /** Why, for the reader of the study. */
  readonly cause: string;
}

/** What a study tries: gets a trial, asks it for parameters and returns what to judge it by. */
export type Objective = (trial: Trial) => number | Promise<number>;

/**
 * Begins a study, or goes on with it. Trials that a killed process left running become failed ones.
 * @throws DlError `refused` where there is one of that name, or it has another direction
 */
export async function createStudy({
  name,
  storage = journalStorage(memoryJournal()),
  direction = 'minimize',
  sampler = randomSampler(),
  loadIfExists = false,
}: StudyOptions): Promise<Study> {
  const existing = (await storage.studies()).find((study) => study.name === name);
  if (existing && !loadIfExists) {
    throw new DlError('refused', `There is a study ${name} already. Choose another name, or go on with it: loadIfExists: true.`);
  }
  if (existing && existing.directions[0] !== direction) {
    throw new DlError('refused', `The study ${name} is to ${existing.directions[0]}, not to ${direction}. Choose another name.`);
  }
  const id = existing?.id ?? (await storage.createStudy(name, [direction]));
  const study = new Study(id, name, direction, storage, sampler);
  for (const trial of existing?.trials ?? []) {
    if (trial.state === 'running' && isGone(trial.workerId)) await study.tell(trial, { state: 'fail', cause: 'killed' });
  }
  return study;
}

/** A search for good parameters: asks a sampler what to try and keeps what came of it. */
export class Study {
  readonly name: string;
  readonly direction: Direction;
  readonly #id: number;
  readonly #storage: StudyStorage;
  readonly #sampler: Sampler;

  /** Use `createStudy`. */
  constructor(id: number, name: string, direction: Direction, storage: StudyStorage, sampler: Sampler) {
    this.#id = id;
    this.name = name;
    this.direction = direction;
    this.#storage = storage;
    this.#sampler = sampler;
  }

  /** All trials, in the order in which they began. */
  async trials(): Promise<readonly FrozenTrial[]> {
    return (await this.#frozen()).trials;
  }

  /** The complete trial with the best value, the first of equals; undefined before there is one. */
  async bestTrial(): Promise<FrozenTrial | undefined> {
    return bestOf(await this.trials(), this.direction);
  }

  async userAttributes(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#frozen()).userAttributes;
  }

  /** Keeps something about the study; plain JSON. */
  setUserAttribute(key: string, value: unknown): Promise<void> {
    return this.#storage.setStudyAttribute(this.#id, key, value);
  }

  /** Begins a trial; undefined where the sampler has nothing left to try. */
  async ask(): Promise<Trial | undefined> {
    const before = await this.#frozen();
    const relative = this.#sampler.sampleRelative(before, before.trials.length);
    if (!relative) return undefined;
    const id = await this.#storage.createTrial(this.#id);
    const study = await this.#frozen();
    const number = study.trials.findIndex((trial) => trial.id === id);
    return new Trial(id, number, study, this.#storage, this.#sampler, relative);
  }

  /** Ends a trial. NaN is a failure: nothing can be compared with it. */
  async tell(trial: Trial | FrozenTrial, outcome: number | TrialFailure): Promise<void> {
    if (trial instanceof Trial) await trial.flush();
    const failure =
      typeof outcome === 'object' ? outcome : Number.isNaN(outcome) ? { state: 'fail' as const, cause: 'the value is NaN' } : undefined;
    if (failure) await this.#storage.setTrialAttribute(trial.id, 'cause', failure.cause);
    await this.#storage.setTrialState(trial.id, failure ? 'fail' : 'complete', failure ? null : [outcome as number]);
  }

  /**
   * Runs trials one after the other, until the sampler has nothing left or `trials` of them are done.
   * A trial that throws is kept as failed, with its cause, and the study goes on.
   */
  async optimize(objective: Objective, { trials = Number.POSITIVE_INFINITY, onTrialEnd }: OptimizeOptions = {}): Promise<void> {
    for (let i = 0; i < trials; i++) {
      const trial = await this.ask();
      if (!trial) return;
      await this.tell(trial, await attempt(objective, trial));
      if (onTrialEnd) await onTrialEnd((await this.trials())[trial.number]);
    }
  }

  async #frozen(): Promise<FrozenStudy> {
    const found = (await this.#storage.studies()).find((study) => study.id === this.#id);
    if (found) return found;
    throw new DlError('missing', `The study ${this.name} was deleted.`);
  }
}

export interface OptimizeOptions {
  /** @default as many as the sampler has */
  readonly trials?: number;
  /** Called after each trial, with what was kept of it. */
  readonly onTrialEnd?: (trial: FrozenTrial) => void | Promise<void>;
}

/** The complete trial with the best value, the first of equals. */
export function bestOf(trials: readonly FrozenTrial[], direction: Direction): FrozenTrial | undefined {
  const sign = direction === 'maximize' ? 1 : -1;
  let best: FrozenTrial | undefined;
  for (const trial of trials) {
    if (trial.state !== 'complete' || trial.value === null) continue;
    if (best === undefined || sign * trial.value > sign * best.value!) best = trial;
  }
  return best;
}

async function attempt(objective: Objective, trial: Trial): Promise<number | TrialFailure> {
  try {
    return await objective(trial);
  } catch (error) {
    return { state: 'fail', cause: error instanceof Error ? error.message : String(error) };
  }
}
