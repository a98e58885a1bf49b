import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import { type Choice, type Distribution, onlyValue } from '../distribution.ts';
import type { FrozenStudy } from '../storage/study-storage.ts';
import { numberScale } from './number-scale.ts';
import { sobol, sobolDimensions } from './quasi-random/sobol.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';

/**
 * Spreads trials more evenly than chance does: trial n is point n of Sobol's sequence with Owen's scrambling, a parameter is a
 * dimension. Parameters are counted as trials ended that had them, so the first trial, parameters that are new and those
 * beyond 64 are drawn at random. Bergstra and Bengio 2012 compare it with random search; Sobol 1967, Joe and Kuo 2008, Owen 1995.
 */
export function quasiRandomSampler(options: { readonly seed?: number } = {}): Sampler {
  requireKnownOptions('quasiRandomSampler', options, { seed: true });
  const { seed = 0 } = options;
  const random = randomSampler({ seed });
  return {
    name: 'quasi-random',
    sampleRelative: () => ({}),
    sampleIndependent(study, trialNumber, parameter, distribution) {
      const dimension = dimensionOf(study, parameter);
      if (dimension < 0 || dimension >= sobolDimensions) return random.sampleIndependent(study, trialNumber, parameter, distribution);
      const scramblingSeed = new RandomStream(seed, 'quasi-random-sampler', parameter).uint32();
      return at(sobol(trialNumber, dimension, scramblingSeed), distribution);
    },
  };
}

/** By the first ended trial that had it; those with one possible value are left out. -1 for a new one. */
function dimensionOf({ trials }: FrozenStudy, parameter: string): number {
  const names = new Set<string>();
  for (const { state, distributions } of trials) {
    if (state === 'running' || state === 'waiting') continue;
    for (const [name, distribution] of Object.entries(distributions)) if (onlyValue(distribution) === undefined) names.add(name);
    if (names.has(parameter)) break;
  }
  return [...names].indexOf(parameter);
}

/** @param share of the range, in [0, 1) */
function at(share: number, distribution: Distribution): Choice {
  if (distribution.kind === 'categorical') return distribution.choices[Math.floor(share * distribution.choices.length)];
  const { low, high, decode } = numberScale(distribution);
  return decode(low + share * (high - low));
}
