import { DlError } from '../core/errors.ts';
import type { Choice, Distribution } from './distribution.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { Params, SearchSpace } from './search-space.ts';
import type { FrozenTrial } from './storage/study-storage.ts';

/** More is not a grid that somebody meant. */
const mostCombinations = 100_000;

/**
 * Every combination of a space that it allows, once, the last parameter changing fastest. Of a range of numbers every step is a value.
 * @throws DlError `config` for a range without steps, or for too many
 */
export function combinationsOf({ parameters, conditions = [], isForbidden }: SearchSpace): Params[] {
  let combinations: Params[] = [{}];
  for (const [name, distribution] of Object.entries(parameters)) {
    const values = valuesOf(name, distribution);
    const own = conditions.filter(({ parameter }) => parameter === name);
    const isThere = (params: Params) => own.every(({ on, values: wanted }) => on in params && wanted.includes(params[on]));
    combinations = combinations.flatMap((params) => (isThere(params) ? values.map((value) => ({ ...params, [name]: value })) : [params]));
    if (combinations.length <= mostCombinations) continue;
    throw new DlError(
      'config',
      `The grid has more than ${mostCombinations} combinations. Leave some values out, or take another sampler: 'random'.`,
    );
  }
  return combinations.filter((params) => !isForbidden?.(params));
}

/** Tries each of some combinations once. What has a result, runs or waits is not tried again; what failed is, once per sampler. */
export function spaceGridSampler(combinations: readonly Params[]): Sampler {
  const left = new Map(combinations.map((params) => [keyOf(params), params]));
  /** Those whose combinations are struck off: they do not change any more. */
  const counted = new WeakSet<FrozenTrial>();
  return {
    name: 'grid',
    sampleRelative({ trials }) {
      const taken = new Set<string>();
      for (const trial of trials) {
        if (trial.state === 'fail' || counted.has(trial)) continue;
        const key = keyOf(paramsOf(trial));
        if (!trial.complete) taken.add(key);
        else {
          left.delete(key);
          counted.add(trial);
        }
      }
      for (const [key, params] of left) {
        if (taken.has(key)) continue;
        left.delete(key);
        return params;
      }
      return undefined;
    },
    sampleIndependent(_study, _trialNumber, parameter) {
      throw new DlError('name', `The grid has no parameter ${parameter}.`);
    },
  };
}

function paramsOf({ params, systemAttributes }: FrozenTrial): Params {
  return { ...(systemAttributes.fixed_params as Params | undefined), ...params };
}

function keyOf(params: Params): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function valuesOf(name: string, distribution: Distribution): readonly Choice[] {
  if (distribution.kind === 'categorical') return distribution.choices;
  const { low, high, step, log } = distribution;
  if (step === null || log) {
    throw new DlError(
      'config',
      `A grid needs the values of ${name}: a list of them, or a range with a step: float(${low}, ${high}, { step: ... }).`,
    );
  }
  return Array.from({ length: Math.floor((high - low) / step + 1e-9) + 1 }, (_, i) => Number((low + i * step).toPrecision(15)));
}
