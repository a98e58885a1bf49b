import { RandomStream } from '../../core/random.ts';
import type { Choice, Distribution } from '../distribution.ts';
import type { Sampler } from './sampler.ts';

/** Draws every parameter for itself. A value follows from (seed, trial number, parameter), so that a resumed study goes on alike. */
export function randomSampler({ seed = 0 }: { readonly seed?: number } = {}): Sampler {
  return {
    name: 'random',
    sampleRelative: () => ({}),
    sampleIndependent: (_study, trialNumber, parameter, distribution) =>
      draw(distribution, new RandomStream(seed, 'random-sampler', trialNumber, parameter)),
  };
}

function draw(distribution: Distribution, random: RandomStream): Choice {
  if (distribution.kind === 'categorical') return distribution.choices[random.integer(distribution.choices.length)];
  const { kind, low, high, log, step } = distribution;
  if (step !== null && !log) return low + step * random.integer(Math.floor((high - low) / step + 1e-9) + 1);
  if (!log) return random.uniform(low, high);
  // A whole number owns the half around it on both sides, so that the ends are as likely as their place on the log scale says.
  const margin = kind === 'int' ? 0.5 : 0;
  const value = Math.exp(random.uniform(Math.log(low - margin), Math.log(high + margin)));
  return kind === 'int' ? Math.min(high, Math.max(low, Math.round(value))) : value;
}
