import { type Choice, type Distribution, onlyValue } from '../distribution.ts';
import type { FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { numberScale } from './number-scale.ts';

/** Parameters by name, as earlier trials had them. */
export type InferredSpace = Readonly<Record<string, Distribution>>;

/** The trials that tell something about their parameters: complete ones and pruned ones. */
export function finishedTrials({ trials }: FrozenStudy): FrozenTrial[] {
  return trials.filter(({ state }) => state === 'complete' || state === 'pruned');
}

/**
 * What all trials had in common: parameters that each of them has, from the same range. Sorted by name, as Optuna does;
 * parameters with one possible value are left out, as there is nothing to choose.
 */
export function intersectionSearchSpace(trials: readonly FrozenTrial[]): InferredSpace {
  const shared = Object.entries(trials.at(-1)?.distributions ?? {}).filter(([name, distribution]) => {
    if (onlyValue(distribution) !== undefined) return false;
    for (const { distributions } of trials) if (!isSameDistribution(distributions[name], distribution)) return false;
    return true;
  });
  return sorted(shared);
}

/**
 * Optuna's group decomposition: parts of the space of which every trial has all parameters or none, so that each part of a
 * conditional space can be chosen together. Parameters with one possible value are left out.
 */
export function groupedSearchSpace(trials: readonly FrozenTrial[]): InferredSpace[] {
  let groups: Map<string, Distribution>[] = [];
  for (const { distributions } of trials) {
    const rest = new Map(Object.entries(distributions));
    const next: Map<string, Distribution>[] = [];
    for (const group of groups) {
      const names = [...group.keys()];
      for (const part of [names.filter((name) => rest.has(name)), names.filter((name) => !rest.has(name))]) {
        if (part.length > 0) next.push(new Map(part.map((name) => [name, group.get(name)!])));
      }
      for (const name of names) rest.delete(name);
    }
    if (rest.size > 0) next.push(rest);
    groups = next;
  }
  return groups
    .map((group) => sorted([...group].filter(([, distribution]) => onlyValue(distribution) === undefined)))
    .filter((space) => Object.keys(space).length > 0);
}

/**
 * Reads values of earlier trials as numbers: the value itself, or the position among the choices.
 * NaN where the parameter as it is now has no place for it.
 */
export function internalValues(distribution: Distribution): (value: Choice | undefined) => number {
  if (distribution.kind === 'categorical') {
    const positions = new Map(distribution.choices.map((choice, position) => [choice, position]));
    return (value) => positions.get(value as Choice) ?? Number.NaN;
  }
  const { encode } = numberScale(distribution);
  return (value) => (typeof value === 'number' && Number.isFinite(encode(value)) ? value : Number.NaN);
}

function isSameDistribution(a: Distribution | undefined, b: Distribution): boolean {
  if (a === b) return true;
  if (a === undefined || a.kind !== b.kind) return false;
  if (a.kind === 'categorical' || b.kind === 'categorical') {
    const [one, other] = [(a as { choices: readonly Choice[] }).choices, (b as { choices: readonly Choice[] }).choices];
    return one.length === other.length && one.every((choice, i) => choice === other[i]);
  }
  return a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step;
}

function sorted(entries: [string, Distribution][]): InferredSpace {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
