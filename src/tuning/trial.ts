import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import {
  type Choice,
  categorical,
  contains,
  type Distribution,
  type NumberOptions,
  numberRange,
  onlyValue,
  requireSameKind,
  requireValue,
  toInternal,
} from './distribution.ts';
import type { Pruner } from './pruners/pruner.ts';
import type { Sampler } from './samplers/sampler.ts';
import { chooseParams, type SearchSpace } from './search-space.ts';
import type { FrozenStudy, FrozenTrial, StudyStorage } from './storage/study-storage.ts';

/** What a trial works with. */
export interface TrialParts {
  readonly storage: StudyStorage;
  readonly sampler: Sampler;
  readonly pruner: Pruner | undefined;
  /** The study as it was when the trial began. */
  readonly study: FrozenStudy;
  /** The study as it is. */
  readonly latest: () => Promise<FrozenStudy>;
}

/** One try of a study: asks for its parameters by name and reports how it goes. Optuna's names. */
export class Trial {
  readonly id: number;
  /** Within its study, from 0. */
  readonly number: number;
  /** Whether it waited in the study before it began: someone wanted its values. Those of a sampler count only where they fit. */
  readonly isEnqueued: boolean;
  /** Whether the study's process was told to end it: it took too long. */
  readonly signal: AbortSignal;
  readonly #parts: TrialParts;
  readonly #params: Record<string, Choice>;
  readonly #distributions: Record<string, Distribution>;
  readonly #userAttributes: Record<string, unknown>;
  /** What it was given from outside: by `enqueue`, or together by the sampler. */
  readonly #fixed: Readonly<Record<string, Choice>>;
  readonly #reported: Set<number>;
  readonly #abort = new AbortController();
  #relative: Readonly<Record<string, Choice>> | undefined;
  #constraints: Readonly<Record<string, number>>;
  #writes: Promise<void> = Promise.resolve();

  /** Use `study.ask`. */
  constructor(frozen: FrozenTrial, isEnqueued: boolean, parts: TrialParts) {
    this.id = frozen.id;
    this.number = frozen.number;
    this.signal = this.#abort.signal;
    this.#parts = parts;
    this.#params = { ...frozen.params };
    this.#distributions = { ...frozen.distributions };
    this.#userAttributes = { ...frozen.userAttributes };
    this.#fixed = (frozen.systemAttributes.fixed_params ?? {}) as Record<string, Choice>;
    this.isEnqueued = isEnqueued;
    this.#constraints = { ...frozen.constraints };
    this.#reported = new Set(Object.keys(frozen.intermediateValues).map(Number));
  }

  /** What was suggested so far. */
  get params(): Readonly<Record<string, Choice>> {
    return { ...this.#params };
  }

  /** What was kept about it, and about the tries of it that failed before. */
  get userAttributes(): Readonly<Record<string, unknown>> {
    return { ...this.#userAttributes };
  }

  suggestCategorical<const T extends Choice>(name: string, choices: readonly T[]): T {
    return this.#suggest(name, categorical(name, choices)) as T;
  }

  /** A number in [low, high]. */
  suggestFloat(name: string, low: number, high: number, options: NumberOptions = {}): number {
    return this.#suggest(name, numberRange(name, 'float', low, high, options)) as number;
  }

  /** A whole number in [low, high], both included. */
  suggestInt(name: string, low: number, high: number, options: NumberOptions = {}): number {
    return this.#suggest(name, numberRange(name, 'int', low, high, options)) as number;
  }

  /** All parameters of a declared space. */
  suggestAll(space: SearchSpace): Readonly<Record<string, Choice>> {
    return chooseParams(space, (name, distribution) => this.#suggest(name, distribution));
  }

  /**
   * Tells how far it is: a value at a step (an epoch, from 0). NaN may be told. What is told of a step again does not count, as in Optuna.
   * @throws DlError `config` for a value that is no number, or a step that is not whole or below 0
   */
  report(value: number, step: number): void {
    if (typeof value !== 'number') throw new DlError('config', `report got ${showValue(value)}; it takes a number and a step.`);
    if (!Number.isInteger(step) || step < 0)
      throw new DlError('config', `report got the step ${showValue(step)}; it must be a whole number, at least 0.`);
    if (this.#reported.has(step)) return;
    this.#reported.add(step);
    this.#write(() => this.#parts.storage.setIntermediateValue(this.id, step, value));
  }

  /**
   * Whether it is not worth going on, by what it has reported: then throw a `TrialPruned`.
   * @throws DlError `refused` in a study with several directions: one reported value cannot say which trial is worse
   */
  async shouldPrune(): Promise<boolean> {
    const { pruner, latest, storage, study } = this.#parts;
    if (study.directions.length > 1) throw new DlError('refused', `The study ${study.name} has several directions: nothing can be pruned.`);
    if (!pruner) return false;
    await this.flush();
    const now = await latest();
    const keep = (key: string, value: number) => this.#write(() => storage.setTrialSystemAttribute(this.id, key, value));
    return pruner.prune(now, now.trials[this.number], keep);
  }

  /** Tells how a limit is kept, such as bytes above those allowed: 0 or less keeps it, more breaks it. A trial that breaks one is never the best. */
  setConstraint(name: string, value: number): void {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new DlError('config', `The constraint ${name} is ${showValue(value)}; it must be a number, above 0 where it is broken.`);
    const { storage } = this.#parts;
    this.#constraints = { ...this.#constraints, [name]: value };
    const list = Object.values(this.#constraints);
    this.#write(() => storage.setTrialSystemAttribute(this.id, `constraints:${name}`, value));
    this.#write(() => storage.setTrialSystemAttribute(this.id, 'constraints', list)); // what Optuna had before, and its dashboard reads
  }

  /** Keeps something about the trial; plain JSON. @throws DlError `config` for what JSON cannot hold */
  setUserAttribute(key: string, value: unknown): void {
    requireJson(key, value);
    this.#userAttributes[key] = value;
    this.#write(() => this.#parts.storage.setTrialAttribute(this.id, key, value));
  }

  /** Waits until everything is stored. */
  async flush(): Promise<void> {
    await this.#writes;
  }

  /** Tells whoever computes it to stop. */
  abort(reason: string): void {
    this.#abort.abort(reason);
  }

  #suggest(name: string, distribution: Distribution): Choice {
    if (Object.hasOwn(this.#params, name)) {
      requireSameKind(name, distribution, this.#distributions[name]);
      return this.#params[name];
    }
    requireSameKind(
      name,
      distribution,
      this.#parts.study.trials.find((one) => Object.hasOwn(one.distributions, name))?.distributions[name],
    );
    const value = this.#valueOf(name, distribution);
    requireValue(name, distribution, value);
    const internal = toInternal(distribution, value);
    this.#params[name] = value;
    this.#distributions[name] = distribution;
    this.#write(() => this.#parts.storage.setTrialParameter(this.id, name, internal, distribution));
    return value;
  }

  #valueOf(name: string, distribution: Distribution): Choice {
    const { sampler, study } = this.#parts;
    const fits = (given: Readonly<Record<string, Choice>>) =>
      Object.hasOwn(given, name) && (distribution.kind === 'categorical' || contains(distribution, given[name]));
    if (this.isEnqueued && Object.hasOwn(this.#fixed, name)) return this.#fixed[name];
    const only = onlyValue(distribution);
    if (only !== undefined) return only;
    if (fits(this.#fixed)) return this.#fixed[name];
    if (this.isEnqueued) {
      this.#relative ??= sampler.sampleRelative(study, this.number) ?? {};
      if (fits(this.#relative)) return this.#relative[name];
    }
    return sampler.sampleIndependent(study, this.number, name, distribution);
  }

  /** One write after the other, without making the caller wait. */
  #write(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write);
    this.#writes.catch(() => {}); // reported by `flush`
  }
}

/** Refused where it is told: when it is written, the study would have to end. */
function requireJson(key: string, value: unknown): void {
  try {
    if (JSON.stringify(value) !== undefined) return;
  } catch {
    // it holds itself, or a bigint
  }
  throw new DlError(
    'config',
    `The attribute ${key} is ${showValue(value)}, which JSON cannot hold. Give numbers, texts, lists and plain objects.`,
  );
}
