import { bestOf } from './best-trials.ts';
import type { FrozenStudy, FrozenTrial } from './storage/study-storage.ts';

/** When a study has found enough; both need a study with one direction. */
export interface StopRules {
  /** A value that is good enough. */
  readonly target?: number;
  /** So many complete trials after the best one, none of which was better. */
  readonly noGainTrials?: number;
}

export interface StudyLimits {
  /** How many trials the study has in the end, over all calls and processes; a further try of a failed one does not count. @default no limit */
  readonly maxTrials?: number;
  /** When it ends before that. @default never */
  readonly stopWhen?: StopRules;
}

/** Whether no trial may begin any more, the next try of a failed one excepted. */
export function isFull({ trials }: FrozenStudy, { maxTrials = Number.POSITIVE_INFINITY }: StudyLimits): boolean {
  return trials.filter((trial) => trial.state !== 'waiting' && !isRetry(trial)).length >= maxTrials;
}

/** Whether enough was found. */
export function isFound(
  { trials, directions: [direction] }: Pick<FrozenStudy, 'trials' | 'directions'>,
  { stopWhen: { target, noGainTrials } = {} }: StudyLimits,
): boolean {
  if (target === undefined && noGainTrials === undefined) return false;
  const best = bestOf(trials, direction);
  if (!best) return false;
  if (target !== undefined && (direction === 'maximize' ? best.value! >= target : best.value! <= target)) return true;
  const later = trials.filter(({ number, state }) => number > best.number && state === 'complete');
  return noGainTrials !== undefined && later.length >= noGainTrials;
}

/** Whether it tries again what failed in an earlier one. */
export function isRetry({ systemAttributes }: FrozenTrial): boolean {
  return 'failed_trial' in systemAttributes;
}
