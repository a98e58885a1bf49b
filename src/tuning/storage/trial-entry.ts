import { distributionToJson, toInternal } from '../distribution.ts';
import { operation } from './journal.ts';
import { trialStates } from './journal-replay.ts';
import type { TrialTemplate } from './study-storage.ts';

/** The operation that creates a trial with everything it has. What is empty is left out, as Optuna does. */
export function trialEntry(study_id: number, trial: TrialTemplate): { op_code: number } & Record<string, unknown> {
  const { state = 'running', params = {}, distributions = {}, values = null, start, complete } = trial;
  const mapped = <From, To>(record: Readonly<Record<string, From>>, change: (value: From, key: string) => To) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
  const given = {
    params: mapped(params, (value, name) => toInternal(distributions[name], value)),
    distributions: mapped(distributions, distributionToJson),
    user_attrs: trial.userAttributes ?? {},
    system_attrs: trial.systemAttributes ?? {},
    intermediate_values: trial.intermediateValues ?? {},
  };
  return {
    op_code: operation.createTrial,
    study_id,
    datetime_start: state === 'waiting' ? null : timestamp(start ?? new Date()),
    ...(state !== 'running' && { state: trialStates.indexOf(state) }),
    ...(values && { values }),
    ...(complete && { datetime_complete: timestamp(complete) }),
    ...Object.fromEntries(Object.entries(given).filter(([, record]) => Object.keys(record).length > 0)),
  };
}

/** UTC with microseconds and offset, as Optuna 5 writes it; Pythons before 3.11 do not read a `Z`. */
export function timestamp(time: Date = new Date()): string {
  return time.toISOString().replace('Z', '000+00:00');
}
