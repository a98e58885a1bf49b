import type { FrozenTrial, TrialTemplate } from './storage/study-storage.ts';

/**
 * The next try of a trial that failed, with its parameters and notes, so that a training can go on from its checkpoint. It waits until a process takes it.
 * As Optuna keeps it: `failed_trial` is the first of the trials, `retry_history` all of them.
 * @returns undefined where it was tried `retries` times again
 */
export function retryOf(trial: FrozenTrial, retries: number): TrialTemplate | undefined {
  const { params, distributions, userAttributes, systemAttributes, number } = trial;
  const history = (systemAttributes.retry_history ?? []) as readonly number[];
  if (history.length >= retries) return undefined;
  const { cause: _cause, ...notes } = userAttributes;
  const attributes = Object.entries(systemAttributes).filter(([key]) => !key.startsWith('completed_rung_')); // it climbs them again
  return {
    state: 'waiting',
    params: { ...params },
    distributions: { ...distributions },
    userAttributes: notes,
    systemAttributes: { failed_trial: number, ...Object.fromEntries(attributes), retry_history: [...history, number] },
  };
}
