import { cmaEsSampler } from './cma-es-sampler.ts';
import { gpSampler } from './gp-sampler.ts';
import { nsga2Sampler } from './nsga2-sampler.ts';
import { quasiRandomSampler } from './quasi-random-sampler.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';
import { tpeSampler } from './tpe-sampler.ts';

/** A sampler that needs nothing but a seed. */
export interface SamplerDefinition {
  readonly name: string;
  create(options: { readonly seed?: number }): Sampler;
}

/** The samplers that a study may name; a new one is its file and a line here. A grid is not among them: it needs its values. */
export const builtinSamplers: readonly SamplerDefinition[] = [
  { name: 'random', create: randomSampler },
  { name: 'quasi-random', create: quasiRandomSampler },
  { name: 'tpe', create: tpeSampler },
  { name: 'cma-es', create: cmaEsSampler },
  { name: 'gp', create: gpSampler },
  { name: 'nsga2', create: nsga2Sampler },
];
