import type { Direction, FrozenTrial } from './storage/study-storage.ts';

/** The complete trial with the best value, the first of equals; one that breaks a constraint does not count. */
export function bestOf(trials: readonly FrozenTrial[], direction: Direction): FrozenTrial | undefined {
  const sign = direction === 'maximize' ? 1 : -1;
  let best: FrozenTrial | undefined;
  for (const trial of trials) {
    if (isCandidate(trial) && (best === undefined || sign * trial.value! > sign * best.value!)) best = trial;
  }
  return best;
}

/**
 * The complete trials than which no other is better in one value without being worse in another (the Pareto front), in their order;
 * those that break a constraint do not count.
 */
export function paretoFront(trials: readonly FrozenTrial[], directions: readonly Direction[]): FrozenTrial[] {
  const candidates = trials.filter(isCandidate).map((trial) => ({
    trial,
    losses: trial.values!.map((value, i) => (directions[i] === 'maximize' ? -value : value)),
  }));
  const dominates = (one: readonly number[], other: readonly number[]) =>
    one.every((loss, i) => loss <= other[i]) && one.some((loss, i) => loss < other[i]);
  return candidates.filter(({ losses }) => !candidates.some((other) => dominates(other.losses, losses))).map(({ trial }) => trial);
}

/** Whether a trial can be the best one: it is complete, and breaks no constraint. */
export function isCandidate({ state, value, constraints }: FrozenTrial): boolean {
  if (state !== 'complete' || value === null) return false;
  for (const name in constraints) if (!(constraints[name] <= 0)) return false;
  return true;
}
