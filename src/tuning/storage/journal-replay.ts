import { type Choice, type Distribution, distributionFromJson, fromInternal } from '../distribution.ts';
import { constraintsIn } from './constraints.ts';
import { type JournalEntry, operation } from './journal.ts';
import type { Direction, FrozenStudy, FrozenTrial, TrialState } from './study-storage.ts';

/** Optuna's numbers for the states of a trial. */
export const trialStates: readonly TrialState[] = ['running', 'complete', 'pruned', 'fail', 'waiting'];
/** Optuna's numbers for the directions; 0 is "not set". */
export const directions: readonly (Direction | undefined)[] = [undefined, 'minimize', 'maximize'];

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Replayed = Writable<Omit<FrozenTrial, 'params' | 'distributions' | 'intermediateValues' | 'userAttributes' | 'systemAttributes'>> & {
  readonly studyId: number;
  readonly params: Record<string, Choice>;
  readonly distributions: Record<string, Distribution>;
  readonly intermediateValues: Record<string, number>;
  readonly userAttributes: Record<string, unknown>;
  readonly systemAttributes: Record<string, unknown>;
};
type ReplayedStudy = Omit<FrozenStudy, 'trials' | 'userAttributes' | 'systemAttributes'> & {
  readonly userAttributes: Record<string, unknown>;
  readonly systemAttributes: Record<string, unknown>;
  readonly trials: Replayed[];
};

/**
 * What the entries of a journal add up to. Ids are positions: of studies among those created, of trials among all trials.
 * As in Optuna, whatever comes for a finished trial, a deleted study or a name that is taken does not count.
 */
export class JournalReplay {
  readonly #studies = new Map<number, ReplayedStudy>();
  readonly #trials: Replayed[] = [];
  #studiesCreated = 0;

  get studies(): readonly FrozenStudy[] {
    return [...this.#studies.values()];
  }

  /** Over all studies, by id. */
  get trials(): readonly (FrozenTrial & { readonly studyId: number })[] {
    return this.#trials;
  }

  apply(entry: JournalEntry): void {
    const study = this.#studies.get(entry.study_id as number);
    if (entry.op_code === operation.createStudy) this.#createStudy(entry as never);
    else if (entry.op_code === operation.deleteStudy) this.#studies.delete(entry.study_id as number);
    else if (entry.op_code === operation.setStudyUserAttribute) Object.assign(study?.userAttributes ?? {}, entry.user_attr);
    else if (entry.op_code === operation.setStudySystemAttribute) Object.assign(study?.systemAttributes ?? {}, entry.system_attr);
    else if (entry.op_code === operation.createTrial) this.#createTrial(entry as never);
    else this.#changeTrial(entry as never);
  }

  #createStudy({ study_name: name, directions: codes }: { study_name: string; directions: number[] }): void {
    if (this.studies.some((study) => study.name === name)) return;
    const id = this.#studiesCreated++;
    const named = codes.map((code) => directions[code] ?? 'minimize');
    this.#studies.set(id, { id, name, directions: named, userAttributes: {}, systemAttributes: {}, trials: [] });
  }

  #createTrial(entry: TrialTemplate): void {
    const study = this.#studies.get(entry.study_id);
    if (!study) return;
    const distributions = mapValues(entry.distributions ?? {}, distributionFromJson);
    const trial: Replayed = {
      id: this.#trials.length,
      studyId: study.id,
      number: study.trials.length,
      state: trialStates[entry.state ?? 0],
      ...valuesFrom(entry.values ?? (typeof entry.value === 'number' ? [entry.value] : null)),
      distributions,
      params: mapValues(entry.params ?? {}, (internal, name) => fromInternal(distributions[name], internal)),
      intermediateValues: { ...entry.intermediate_values },
      userAttributes: { ...entry.user_attrs },
      systemAttributes: { ...entry.system_attrs },
      constraints: constraintsIn(entry.system_attrs ?? {}),
      workerId: entry.worker_id,
      start: asDate(entry.datetime_start),
      complete: asDate(entry.datetime_complete),
    };
    this.#trials.push(trial);
    study.trials.push(trial);
  }

  #changeTrial(entry: TrialChange): void {
    const trial = this.#trials[entry.trial_id];
    if (!trial || !isUnfinished(trial)) return;
    if (entry.op_code === operation.setTrialParameter) {
      const distribution = distributionFromJson(entry.distribution);
      trial.distributions[entry.param_name] = distribution;
      trial.params[entry.param_name] = fromInternal(distribution, entry.param_value_internal);
    } else if (entry.op_code === operation.setTrialState) {
      if (trialStates[entry.state] === 'running') {
        if (trial.state === 'running') return; // of two that wanted a waiting trial the first has it
        trial.workerId = entry.worker_id;
      }
      trial.state = trialStates[entry.state];
      if (entry.values) Object.assign(trial, valuesFrom(entry.values));
      trial.start = asDate(entry.datetime_start) ?? trial.start;
      trial.complete = asDate(entry.datetime_complete);
    } else if (entry.op_code === operation.setTrialIntermediateValue) {
      trial.intermediateValues[entry.step] = entry.intermediate_value;
    } else if (entry.op_code === operation.setTrialUserAttribute) {
      Object.assign(trial.userAttributes, entry.user_attr);
    } else if (entry.op_code === operation.setTrialSystemAttribute) {
      Object.assign(trial.systemAttributes, entry.system_attr);
      trial.constraints = constraintsIn(trial.systemAttributes);
    }
  }
}

/** Whether a trial may still change. */
function isUnfinished({ state }: { readonly state: TrialState }): boolean {
  return state === 'running' || state === 'waiting';
}

interface TrialTemplate {
  worker_id: string;
  study_id: number;
  datetime_start: string | null;
  datetime_complete?: string;
  state?: number;
  value?: number | null;
  values?: number[] | null;
  params?: Record<string, number>;
  distributions?: Record<string, string>;
  user_attrs?: Record<string, unknown>;
  system_attrs?: Record<string, unknown>;
  intermediate_values?: Record<string, number>;
}

interface TrialChange {
  op_code: number;
  worker_id: string;
  trial_id: number;
  param_name: string;
  param_value_internal: number;
  distribution: string;
  state: number;
  values: number[] | null;
  datetime_start?: string;
  datetime_complete?: string;
  step: number;
  intermediate_value: number;
  user_attr: Record<string, unknown>;
  system_attr: Record<string, unknown>;
}

function valuesFrom(values: readonly number[] | null): Pick<FrozenTrial, 'value' | 'values'> {
  return { values, value: values?.[0] ?? null };
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From, key: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function asDate(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}
