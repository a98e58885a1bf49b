import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';

/** A sampler that needs nothing but a seed. */
export interface SamplerDefinition {
  readonly name: string;
  create(options: { readonly seed?: number }): Sampler;
}

/** The samplers that a study may name; a new one is its file and a line here. A grid is not among them: it needs its values. */
export const builtinSamplers: readonly SamplerDefinition[] = [{ name: 'random', create: randomSampler }];
