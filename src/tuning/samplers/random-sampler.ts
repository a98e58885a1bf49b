import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import type { Choice, Distribution } from '../distribution.ts';
import { numberScale } from './number-scale.ts';
import type { Sampler } from './sampler.ts';

/** Draws every parameter for itself. A value follows from (seed, trial number, parameter), so that a resumed study goes on alike. */
export function randomSampler(options: { readonly seed?: number } = {}): Sampler {
  requireKnownOptions('randomSampler', options, { seed: true });
  const { seed = 0 } = options;
  return {
    name: 'random',
    sampleRelative: () => ({}),
    sampleIndependent: (_study, trialNumber, parameter, distribution) =>
      draw(distribution, new RandomStream(seed, 'random-sampler', trialNumber, parameter)),
  };
}

function draw(distribution: Distribution, random: RandomStream): Choice {
  if (distribution.kind === 'categorical') return distribution.choices[random.integer(distribution.choices.length)];
  const { low, high, decode } = numberScale(distribution);
  return decode(random.uniform(low, high));
}
