import { DlError } from '../../core/errors.ts';
import type { Choice } from '../distribution.ts';
import type { FrozenTrial } from '../storage/study-storage.ts';
import { isGone } from '../storage/worker-id.ts';
import type { Sampler } from './sampler.ts';

/** A grid: for each parameter the values to try. */
export type Grid = Readonly<Record<string, readonly Choice[]>>;

/**
 * Tries every combination of a grid once, the last parameter changing fastest.
 * What has a result, or is running in a process that lives, is not tried again; what failed or was killed is, once per sampler.
 */
export function gridSampler(grid: Grid): Sampler {
  const combinations = combinationsOf(grid);
  const given = new Set<string>();
  return {
    name: 'grid',
    sampleRelative({ trials }) {
      const taken = new Set(trials.filter(isTaken).map((trial) => keyOf(paramsOf(trial), grid)));
      const next = combinations.find((combination) => {
        const key = keyOf(combination, grid);
        return !taken.has(key) && !given.has(key);
      });
      if (next) given.add(keyOf(next, grid));
      return next;
    },
    sampleIndependent(_study, _trialNumber, parameter) {
      throw new DlError('name', `The grid has no parameter ${parameter}. It has: ${Object.keys(grid).join(', ')}.`);
    },
  };
}

/** Every combination of the grid's values, the last parameter changing fastest. */
export function combinationsOf<Value>(grid: Readonly<Record<string, readonly Value[]>>): Record<string, Value>[] {
  return Object.entries(grid).reduce<Record<string, Value>[]>(
    (combinations, [name, values]) => combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

/** A trial that has just begun has not asked for its parameters yet, but was given them. */
function paramsOf({ params, systemAttributes }: FrozenTrial): Readonly<Record<string, Choice>> {
  return { ...(systemAttributes.fixed_params as Record<string, Choice> | undefined), ...params };
}

function isTaken({ state, workerId }: FrozenTrial): boolean {
  return state === 'complete' || state === 'pruned' || (state === 'running' && !isGone(workerId));
}

function keyOf(params: Readonly<Record<string, Choice>>, grid: Grid): string {
  return JSON.stringify(Object.keys(grid).map((name) => params[name]));
}
