import type { Direction, FrozenStudy, FrozenTrial } from '../../storage/study-storage.ts';
import { brokenBy } from '../broken-constraints.ts';
import { finishedTrials } from '../inferred-space.ts';
import { bestOfMany } from './best-of-many.ts';

/** The trials to be like, and those to be unlike; each by number. */
export interface SplitTrials {
  readonly below: readonly FrozenTrial[];
  readonly above: readonly FrozenTrial[];
}

const known = new WeakMap<readonly FrozenTrial[], { finished: number; belowCount: number; split: SplitTrials }>();

/**
 * The `gamma(finished)` best of the finished trials, and the others. Better are: complete trials by their value (of several, by
 * front and hypervolume), then pruned ones that got further, then those that break constraints by how much.
 */
export function splitTrials(study: FrozenStudy, gamma: (finished: number) => number): SplitTrials {
  const finished = finishedTrials(study);
  const belowCount = gamma(finished.length);
  // Every parameter of a trial asks for the same split. A finished trial does not change any more.
  const before = known.get(study.trials);
  if (before?.finished === finished.length && before.belowCount === belowCount) return before.split;

  const broken = finished.filter((trial) => brokenBy(trial) > 0);
  const fine = finished.filter((trial) => brokenBy(trial) === 0);
  const complete = fine.filter(({ state }) => state === 'complete');
  const ranked = [
    ...(study.directions.length > 1
      ? bestOfMany(complete, study.directions, belowCount)
      : best(complete, belowCount, ({ value }) => [loss(value, study.directions[0])])),
    ...best(
      fine.filter(({ state }) => state === 'pruned'),
      belowCount,
      (trial) => prunedScore(trial, study.directions[0]),
    ),
    ...best(broken, belowCount, (trial) => [brokenBy(trial)]),
  ];
  const isBelow = new Set(ranked.slice(0, belowCount));
  const split = { below: finished.filter((trial) => isBelow.has(trial)), above: finished.filter((trial) => !isBelow.has(trial)) };
  known.set(study.trials, { finished: finished.length, belowCount, split });
  return split;
}

/** The first `count` by score, lower first. */
function best(trials: readonly FrozenTrial[], count: number, scoreOf: (trial: FrozenTrial) => readonly number[]): FrozenTrial[] {
  const scored = trials.map((trial) => ({ trial, score: scoreOf(trial) }));
  scored.sort((a, b) => compare(a.score, b.score));
  return scored.slice(0, count).map(({ trial }) => trial);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((score, position) => score !== b[position]);
  return i < 0 ? 0 : a[i] < b[i] ? -1 : 1;
}

/** A trial that got further is better; of those that got equally far, the one with the better report. */
function prunedScore({ intermediateValues }: FrozenTrial, direction: Direction): readonly number[] {
  const steps = Object.keys(intermediateValues).map(Number);
  if (steps.length === 0) return [1, 0];
  const last = Math.max(...steps);
  return [-last, loss(intermediateValues[last], direction)];
}

function loss(value: number | null, direction: Direction): number {
  if (value === null || Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return direction === 'maximize' ? -value : value;
}
