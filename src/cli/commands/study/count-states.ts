import type { FrozenTrial, TrialState } from '../../../tuning/storage/study-storage.ts';

const words: readonly (readonly [TrialState, string])[] = [
  ['complete', 'complete'],
  ['pruned', 'ended early'],
  ['fail', 'failed'],
  ['running', 'running'],
  ['waiting', 'waiting'],
];

/** `12 complete, 3 ended early, 1 running` */
export function countStates(trials: readonly FrozenTrial[]): string {
  const counts = words.map(([state, word]) => [trials.filter((trial) => trial.state === state).length, word] as const);
  return counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ') || 'none';
}
