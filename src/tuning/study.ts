import { availableParallelism } from 'node:os';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { bestOf, paretoFront } from './best-trials.ts';
import { checkOptimizeOptions } from './check-study-options.ts';
import { checkTemplate } from './check-template.ts';
import { describeThrown } from './describe-thrown.ts';
import type { Choice } from './distribution.ts';
import { drawTrial } from './draw-trial.ts';
import { type GivenSpace, givenSpace } from './given-space.ts';
import { isFound, isFull, isRetry, type StudyLimits } from './limits.ts';
import { metricNamesKey, metricNamesOf } from './metric-names.ts';
import type { Pruner } from './pruners/pruner.ts';
import { retryOf } from './retry-of.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { SearchSpace } from './search-space.ts';
import type { Direction, FrozenStudy, FrozenTrial, NextTrial, StudyStorage, TrialTemplate } from './storage/study-storage.ts';
import { workerId } from './storage/worker-id.ts';
import { Trial } from './trial.ts';
import { TrialPruned } from './trial-pruned.ts';
import { isolatedTrial, type isolations, runIsolated, serveIsolated } from './workers/isolated-trial.ts';

/** How a trial ended that has no value. */
export type TrialFailure =
  | { readonly state: 'pruned' }
  /** It is put back: another process goes on with it. */
  | { readonly state: 'waiting' }
  | {
      readonly state: 'fail';
      /** Why, for the reader of the study. */
      readonly cause?: string;
      /** Trying again would end alike. @default false */
      readonly isFinal?: boolean;
    };

/** What a trial came to: its value, one for each direction, or why it has none. */
export type Outcome = number | readonly number[] | TrialFailure;

/** What a study tries: gets a trial, asks it for parameters and returns what to judge it by. What it throws is a failure. */
export type Objective = (trial: Trial) => Outcome | Promise<Outcome>;

const failureStates: readonly TrialFailure['state'][] = ['fail', 'pruned', 'waiting'];

/** What a study works with; `createStudy` fills it in. */
export interface StudyParts extends StudyLimits {
  readonly storage: StudyStorage;
  readonly sampler: Sampler;
  readonly pruner: Pruner | undefined;
  readonly retries: number;
  readonly reuseValues: boolean;
}

export interface OptimizeOptions {
  /** How many to run in this call. @default as many as the sampler and `maxTrials` allow */
  readonly trials?: number;
  /** What to choose from: `space({...}).when().forbid()`. @default the objective asks the trial */
  readonly space?: GivenSpace;
  /** How many run at the same time: with `isolation: 'process'`, or for objectives that wait for something. @default 1 */
  readonly workers?: number;
  /**
   * 'process': the script that calls this is started again for each trial, and runs that one alone when it comes here; what stands before is done again,
   * but changes no study. Its memory returns to the system, and nothing that happens to it ends the study. Needs a storage that other processes can open.
   * @default 'inline', in this process
   */
  readonly isolation?: (typeof isolations)[number];
  /** How often a trial that threw, or whose process was killed, is tried again. @default as `createStudy` says */
  readonly retries?: number;
  /** No trial begins later than so many seconds after this call. @default no limit */
  readonly timeBudgetSeconds?: number;
  /** A trial that takes longer has failed; its `signal` says so to whoever computes it. @default no limit */
  readonly timeoutSeconds?: number;
  /** Says that no trial is to begin any more; those that run go on. */
  readonly signal?: AbortSignal;
  /** Stays as long as other processes run trials of the study: what of theirs fails may be tried again. @default false */
  readonly waitForOthers?: boolean;
  /** Called when others may have changed the study while this call waited for them. */
  readonly onChange?: () => void | Promise<void>;
  /** Called after each trial, with what was kept of it. */
  readonly onTrialEnd?: (trial: FrozenTrial) => void | Promise<void>;
}

/** A search for good parameters: asks a sampler what to try and keeps what came of it. */
export class Study {
  readonly name: string;
  /** What is better, for each value of a trial. */
  readonly directions: readonly Direction[];
  readonly #id: number;
  readonly #parts: StudyParts;

  /** Use `createStudy`. */
  constructor({ id, name, directions }: Pick<FrozenStudy, 'id' | 'name' | 'directions'>, parts: StudyParts) {
    this.#id = id;
    this.name = name;
    this.directions = directions;
    this.#parts = parts;
  }

  /** All trials, in the order in which they began. */
  async trials(): Promise<readonly FrozenTrial[]> {
    return (await this.#frozen()).trials;
  }

  /** The complete trial with the best value that keeps its constraints, the first of equals; undefined before there is one. */
  async bestTrial(): Promise<FrozenTrial | undefined> {
    if (this.directions.length === 1) return bestOf(await this.trials(), this.directions[0]);
    throw new DlError('refused', `The study ${this.name} has several directions, so several best trials: bestTrials().`);
  }

  /** The complete trials than which no other is better in one value without being worse in another: the Pareto front. */
  async bestTrials(): Promise<readonly FrozenTrial[]> {
    return paretoFront(await this.trials(), this.directions);
  }

  async userAttributes(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#frozen()).userAttributes;
  }

  /** Keeps something about the study; plain JSON. */
  async setUserAttribute(key: string, value: unknown): Promise<void> {
    if (isolatedTrial()) return;
    await this.#parts.storage.setStudyAttribute(this.#id, key, value);
  }

  /** What the values of its trials are called, one for each direction; undefined where nobody has named them. */
  async metricNames(): Promise<readonly string[] | undefined> {
    return metricNamesOf(await this.#frozen());
  }

  /** Names the values of its trials: reports, exports and Optuna's plots show them so. @throws DlError `config` unless there is a name for each direction */
  async setMetricNames(names: readonly string[]): Promise<void> {
    const { length } = this.directions;
    if (names.length !== length)
      throw new DlError(
        'config',
        `setMetricNames got ${names.length} names, the study ${this.name} has ${length} directions. Name each value.`,
      );
    if (isolatedTrial()) return;
    await this.#parts.storage.setStudySystemAttribute(this.#id, metricNamesKey, names);
  }

  /** Puts parameters aside to be tried next, by whichever process asks first; those that are left out are chosen by the sampler. */
  async enqueue(params: Readonly<Record<string, Choice>>): Promise<void> {
    if (typeof params !== 'object' || params === null || Array.isArray(params))
      throw new DlError('config', `enqueue got ${showValue(params)}; it takes parameters by name: enqueue({ learningRate: 0.01 })`);
    if (isolatedTrial()) return;
    await this.#parts.storage.addTrial(this.#id, { state: 'waiting', systemAttributes: { fixed_params: params } });
  }

  /**
   * Adds a trial that was run elsewhere, or that is to be run.
   * @throws DlError `config` for one without what its state needs: values where it is complete, a distribution for each parameter
   */
  async addTrial(trial: TrialTemplate): Promise<void> {
    checkTemplate(trial, this.directions);
    if (isolatedTrial()) return;
    await this.#parts.storage.addTrial(this.#id, trial);
  }

  /**
   * Begins a trial: one that waits, or a new one.
   * @param space chooses all of its parameters now. @default the trial is asked for them
   * @returns undefined where the sampler has nothing left to try, or the study has what it wants
   */
  async ask(space?: GivenSpace): Promise<Trial | undefined> {
    if (isolatedTrial()) return undefined;
    const searched = givenSpace(space);
    for (;;) {
      const begun = await this.#begin(searched, this.#parts.retries);
      if (!begun || begun instanceof Trial) return begun;
    }
  }

  /**
   * Ends a trial. NaN is a failure: nothing can be compared with it.
   * @param trial what `ask` gave, or its number
   * @throws DlError `refused` for one that is over already, `config` for an outcome that there is not
   */
  async tell(trial: Trial | FrozenTrial | number, outcome: Outcome): Promise<void> {
    if (isolatedTrial()) return;
    const number = typeof trial === 'number' ? trial : trial?.number; // undefined: what `ask` gives where nothing is left
    const frozen = (await this.trials())[number];
    if (!frozen) throw new DlError('config', `The study ${this.name} has no trial with the number ${showValue(number)}.`);
    if (frozen.state !== 'running' && frozen.state !== 'waiting')
      throw new DlError('refused', `Trial ${number} of the study ${this.name} is over already: ${frozen.state}. Tell a trial once.`);
    const state = typeof outcome === 'object' && outcome !== null && 'state' in outcome ? outcome.state : 'fail';
    if (!failureStates.includes(state)) {
      throw new DlError(
        'config',
        `tell got the state ${showValue(state)}; it takes a value, or a state of: ${failureStates.join(', ')}. Of a complete trial tell the value.`,
      );
    }
    await this.#end(typeof trial === 'number' ? frozen : trial, outcome, this.#parts.retries);
  }

  /** What is over already stays as it is: another process may have taken this one for dead. */
  async #end(trial: Trial | FrozenTrial, outcome: Outcome, retries: number): Promise<void> {
    if (trial instanceof Trial) await trial.flush();
    const { storage } = this.#parts;
    const frozen = (await this.trials())[trial.number];
    const checked = check(outcome, this.directions);
    if (Array.isArray(checked)) return storage.endTrial(trial.id, 'complete', checked);
    const failure = checked as TrialFailure;
    if (failure.state === 'waiting') return storage.returnTrial(trial.id);
    if (failure.state === 'pruned') return storage.endTrial(trial.id, 'pruned', lastReport(frozen));
    await storage.setTrialAttribute(trial.id, 'cause', failure.cause ?? 'no cause was told');
    await storage.endTrial(trial.id, 'fail', null, failure.isFinal ? undefined : retryOf(frozen, retries));
  }

  /**
   * Runs trials until there is nothing left to try, or enough was found.
   * A trial that throws is kept as failed, with its cause, and the study goes on.
   */
  async optimize(objective: Objective, options: OptimizeOptions = {}): Promise<void> {
    if (typeof objective !== 'function')
      throw new DlError('config', `optimize got ${showValue(objective)}; it takes a function: optimize((trial) => ...)`);
    checkOptimizeOptions(options);
    const { trials = Number.POSITIVE_INFINITY, workers = 1, timeBudgetSeconds = Number.POSITIVE_INFINITY, signal, onTrialEnd } = options;
    const searched = givenSpace(options.space);
    const { retries = this.#parts.retries, isolation = 'inline' } = options;
    if (isolatedTrial()) return this.#serve(objective);
    if (isolation === 'process' && this.#parts.storage.isShared === false) {
      throw new DlError(
        'config',
        `isolation: 'process' needs a storage that other processes can open, and the study ${this.name} is in memory: journalStorage(journalFile(path))`,
      );
    }
    const threads = workers > 1 ? Math.max(1, Math.floor(availableParallelism() / workers)) : undefined;
    const computed: Objective =
      isolation === 'inline'
        ? objective
        : (trial) => runIsolated({ study: this.name, number: trial.number, isEnqueued: trial.isEnqueued }, threads, trial.signal);
    const end = performance.now() + timeBudgetSeconds * 1000;
    let left = trials;
    const work = async () => {
      while (left > 0 && performance.now() < end && !signal?.aborted) {
        left--;
        const begun = await this.#begin(searched, retries);
        if (!begun) {
          left++;
          if (!options.waitForOthers || !(await this.#doOthersRun())) return;
          await this.#parts.storage.waitForChange(this.#id);
          await options.onChange?.();
          continue;
        }
        if (begun instanceof Trial) await this.#end(begun, await attempt(computed, begun, options.timeoutSeconds), retries);
        if (onTrialEnd) await onTrialEnd((await this.trials())[begun.number]);
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
  }

  /** Trials of processes that died become failed ones, and are tried again if they may. */
  async endLostTrials(retries = this.#parts.retries): Promise<void> {
    if (isolatedTrial()) return;
    for (const trial of await this.trials()) {
      if (trial.state === 'running' && this.#parts.storage.isLost(trial))
        await this.#end(trial, { state: 'fail', cause: 'killed' }, retries);
    }
  }

  /** In the process of one trial: computes it, if it is one of this study. */
  async #serve(objective: Objective): Promise<void> {
    const { study: name, number, isEnqueued } = isolatedTrial()!;
    if (name !== this.name) return;
    await serveIsolated(async () => {
      const study = await this.#frozen();
      const frozen = study.trials[number];
      if (!frozen) return { state: 'fail', cause: 'its process found another study: the script must open the same storage again' };
      const trial = new Trial(frozen, isEnqueued, { ...this.#parts, study, latest: () => this.#frozen() });
      const outcome = check(await compute(objective, trial), this.directions);
      await trial.flush();
      return outcome;
    });
  }

  async #doOthersRun(): Promise<boolean> {
    const { storage } = this.#parts;
    return (await this.trials()).some((trial) => trial.state === 'running' && trial.workerId !== workerId && storage.isAlive(trial));
  }

  /** @returns a trial that is over already where an equal one was complete before, or where it was given what the space has not */
  async #begin(space: SearchSpace | undefined, retries: number): Promise<Trial | FrozenTrial | undefined> {
    await this.endLostTrials(retries);
    let isEnqueued = false;
    const frozen = await this.#parts.storage.beginTrial(this.#id, (study) => {
      const next = this.#next(study, space);
      isEnqueued = next !== undefined && 'waiting' in next;
      return next;
    });
    if (frozen?.state !== 'running') return frozen;
    const latest = () => this.#frozen();
    const trial = new Trial(frozen, isEnqueued, { ...this.#parts, study: await latest(), latest });
    if (!space || !isEnqueued) return trial;
    try {
      trial.suggestAll(space);
      return trial;
    } catch (error) {
      await this.#end(trial, { state: 'fail', cause: describeThrown(error), isFinal: true }, retries);
      return (await this.trials())[trial.number];
    }
  }

  #next(study: FrozenStudy, space: SearchSpace | undefined): NextTrial | undefined {
    const { sampler, reuseValues, maxTrials } = this.#parts;
    if (isFound(study, this.#parts)) return undefined;
    const isOver = isFull(study, this.#parts);
    const waiting = study.trials.find((trial) => trial.state === 'waiting' && (!isOver || isRetry(trial)));
    if (waiting) return { waiting };
    if (isOver) return undefined;
    if (space) {
      const drawn = drawTrial(study, space, sampler, { reuse: reuseValues });
      const isNothingNew = drawn?.state === 'complete' && maxTrials === undefined; // it would go on for ever
      return isNothingNew ? undefined : drawn;
    }
    const number = study.trials.length;
    const together = sampler.sampleRelative(study, number);
    if (!together) return undefined;
    const given = Object.keys(together).length > 0 ? { fixed_params: together } : {};
    return { systemAttributes: { ...given, ...sampler.systemAttributes?.(study, number, together) } };
  }

  async #frozen(): Promise<FrozenStudy> {
    const found = await this.#parts.storage.study(this.#id);
    if (found) return found;
    throw new DlError('missing', `The study ${this.name} was deleted.`);
  }
}

function check(outcome: Outcome, directions: readonly Direction[]): readonly number[] | TrialFailure {
  if (typeof outcome === 'object' && outcome !== null && 'state' in outcome) return outcome;
  const values = Array.isArray(outcome) ? (outcome as readonly number[]) : [outcome as number];
  const fail = (cause: string): TrialFailure => ({ state: 'fail', cause, isFinal: true });
  if (!values.every((value) => typeof value === 'number')) return fail(`the objective gave ${showValue(outcome)}, not a number`);
  if (values.length !== directions.length) {
    return fail(`the objective gave ${values.length} values, the study has ${directions.length} directions`);
  }
  return values.some(Number.isNaN) ? fail('the value is NaN') : values;
}

/** What a pruned trial is worth: its last report, as in Optuna. */
function lastReport({ intermediateValues }: FrozenTrial): readonly number[] | null {
  const last = Object.keys(intermediateValues)
    .map(Number)
    .sort((a, b) => a - b)
    .at(-1);
  if (last === undefined || Number.isNaN(intermediateValues[last])) return null;
  return [intermediateValues[last]];
}

async function attempt(objective: Objective, trial: Trial, timeoutSeconds: number | undefined): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Outcome>((resolve) => {
    if (timeoutSeconds === undefined) return;
    timer = setTimeout(() => {
      trial.abort('it took too long');
      resolve({ state: 'fail', cause: `took longer than ${timeoutSeconds} s`, isFinal: true });
    }, timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([compute(objective, trial), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function compute(objective: Objective, trial: Trial): Promise<Outcome> {
  try {
    return await objective(trial);
  } catch (error) {
    if (error instanceof TrialPruned) return { state: 'pruned' };
    const isFinal = error instanceof DlError && error.code === 'diverged';
    return { state: 'fail', cause: describeThrown(error), isFinal };
  }
}
