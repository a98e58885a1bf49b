import { DlError } from '../core/errors.ts';
import type { Choice, Distribution } from './distribution.ts';
import { toInternal } from './distribution.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { FrozenStudy, StudyStorage } from './storage/study-storage.ts';

export interface NumberOptions {
  /** Draws on a logarithmic scale; `low` is then above 0. @default false */
  readonly log?: boolean;
  /** Only `low`, `low + step`, `low + 2 step` ...; not together with `log`. @default any number, or 1 for whole ones */
  readonly step?: number;
}

/** One try of a study: asks for its parameters by name and reports how it goes. Optuna's names. */
export class Trial {
  readonly id: number;
  /** Within its study, from 0. */
  readonly number: number;
  readonly #study: FrozenStudy;
  readonly #storage: StudyStorage;
  readonly #sampler: Sampler;
  readonly #relative: Readonly<Record<string, Choice>>;
  readonly #params: Record<string, Choice> = {};
  #writes: Promise<void> = Promise.resolve();

  /** @param study as it was when the trial began */
  constructor(
    id: number,
    number: number,
    study: FrozenStudy,
    storage: StudyStorage,
    sampler: Sampler,
    relative: Readonly<Record<string, Choice>>,
  ) {
    this.id = id;
    this.number = number;
    this.#study = study;
    this.#storage = storage;
    this.#sampler = sampler;
    this.#relative = relative;
  }

  /** What was suggested so far. */
  get params(): Readonly<Record<string, Choice>> {
    return { ...this.#params };
  }

  suggestCategorical<const T extends Choice>(name: string, choices: readonly T[]): T {
    return this.#suggest(name, { kind: 'categorical', choices }) as T;
  }

  /** A number in [low, high]. */
  suggestFloat(name: string, low: number, high: number, { log = false, step }: NumberOptions = {}): number {
    checkRange(name, low, high, log, step);
    return this.#suggest(name, { kind: 'float', low, high, log, step: step ?? null }) as number;
  }

  /** A whole number in [low, high], both included. */
  suggestInt(name: string, low: number, high: number, { log = false, step }: NumberOptions = {}): number {
    checkRange(name, low, high, log, step);
    return this.#suggest(name, { kind: 'int', low, high, log, step: step ?? 1 }) as number;
  }

  /** Tells how far it is: a value at a step (an epoch). */
  report(value: number, step: number): void {
    this.#write(() => this.#storage.setIntermediateValue(this.id, step, value));
  }

  /** Keeps something about the trial; plain JSON. */
  setUserAttribute(key: string, value: unknown): void {
    this.#write(() => this.#storage.setTrialAttribute(this.id, key, value));
  }

  /** Waits until everything is stored. */
  async flush(): Promise<void> {
    await this.#writes;
  }

  #suggest(name: string, distribution: Distribution): Choice {
    if (Object.hasOwn(this.#params, name)) return this.#params[name];
    const value = Object.hasOwn(this.#relative, name)
      ? this.#relative[name]
      : this.#sampler.sampleIndependent(this.#study, this.number, name, distribution);
    const internal = toInternal(distribution, value);
    if (internal < 0 && distribution.kind === 'categorical') {
      throw new DlError('config', `The sampler gave ${JSON.stringify(value)} for ${name}, which is not one of its choices.`);
    }
    this.#params[name] = value;
    this.#write(() => this.#storage.setTrialParameter(this.id, name, internal, distribution));
    return value;
  }

  /** One write after the other, without making the caller wait. */
  #write(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write);
    this.#writes.catch(() => {}); // reported by `flush`
  }
}

function checkRange(name: string, low: number, high: number, log: boolean, step: number | undefined): void {
  if (!(low <= high)) throw new DlError('config', `${name} has no range: ${low} to ${high}.`);
  if (log && !(low > 0))
    throw new DlError('config', `${name} is drawn on a logarithmic scale, so its lowest value must be above 0, not ${low}.`);
  if (log && step !== undefined) throw new DlError('config', `${name} cannot have both log and step. Leave one out.`);
  if (step !== undefined && !(step > 0)) throw new DlError('config', `${name} has the step ${step}; it must be above 0.`);
}
