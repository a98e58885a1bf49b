import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import type { Choice } from '../distribution.ts';
import type { Direction, FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { brokenBy } from './broken-constraints.ts';
import { intersectionSearchSpace } from './inferred-space.ts';
import { elite } from './nsga2/elite.ts';
import { lossesOf } from './pareto/losses.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';

export interface Nsga2Options {
  /** Trials of a generation. @default 50 */
  readonly populationSize?: number;
  /** How often a trial has two parents instead of one. @default 0.9 */
  readonly crossover?: number;
  /** How often a parameter comes from the second parent. @default 0.5 */
  readonly swapping?: number;
  /** How often a parameter is drawn at random instead. @default one of them on average */
  readonly mutation?: number;
  /** @default 0 */
  readonly seed?: number;
}

/** Which generation a trial belongs to; Optuna's key. */
const generationKey = 'NSGAIISampler:generation';

/**
 * Genetic search for many objectives and many trials: each generation mixes the parameters of the best trials so far, which are
 * those that no other dominates and that have room around them. Constraints count before objectives. The generations are read
 * from the study.
 *
 * NSGA-II: Deb, Pratap, Agarwal and Meyarivan 2002; uniform crossover: Syswerda 1989.
 * @throws DlError `config` for options that cannot be
 */
export function nsga2Sampler(options: Nsga2Options = {}): Sampler {
  requireKnownOptions('nsga2Sampler', options, { populationSize: true, crossover: true, swapping: true, mutation: true, seed: true });
  const { populationSize = 50, crossover = 0.9, swapping = 0.5, mutation, seed = 0 } = options;
  if (!Number.isInteger(populationSize) || populationSize < 2) {
    throw new DlError('config', `nsga2Sampler: populationSize is ${populationSize}; it is a whole number from 2 on.`);
  }
  for (const [name, share] of Object.entries({ crossover, swapping, mutation: mutation ?? 0 })) {
    if (!(share >= 0 && share <= 1)) throw new DlError('config', `nsga2Sampler: ${name} is ${share}; it is from 0 to 1.`);
  }
  const random = randomSampler({ seed });
  return {
    name: 'nsga2',
    sampleRelative(study, trialNumber) {
      const complete = study.trials.filter(({ state }) => state === 'complete');
      const parents = parentsOf(complete, nextGeneration(complete, populationSize), study.directions, populationSize);
      const names = Object.keys(intersectionSearchSpace(complete));
      if (parents.length < 2) return {};
      const stream = new RandomStream(seed, 'nsga2-sampler', trialNumber);
      const first = tournament(parents, study, stream);
      const hasTwo = stream.uniform() < crossover;
      const second = tournament(
        parents.filter((parent) => parent !== first),
        study,
        stream,
      );
      const child: Record<string, Choice> = {};
      for (const name of names) {
        const value = hasTwo && stream.uniform() < swapping ? second.params[name] : first.params[name];
        if (stream.uniform() >= (mutation ?? 1 / names.length)) child[name] = value; // what is left out is drawn at random
      }
      return child;
    },
    sampleIndependent: random.sampleIndependent,
    systemAttributes({ trials }) {
      const complete = trials.filter(({ state }) => state === 'complete');
      return { [generationKey]: nextGeneration(complete, populationSize) };
    },
  };
}

/** The last one, until it is full. */
function nextGeneration(complete: readonly FrozenTrial[], populationSize: number): number {
  const generations = complete.map(generationOf).filter((generation) => generation >= 0);
  const last = generations.reduce((most, generation) => Math.max(most, generation), 0);
  return generations.filter((generation) => generation === last).length < populationSize ? last : last + 1;
}

/** The best of a generation's parents and of their children, from the first generation on. */
function parentsOf(
  complete: readonly FrozenTrial[],
  generation: number,
  directions: readonly Direction[],
  populationSize: number,
): FrozenTrial[] {
  const populations: FrozenTrial[][] = Array.from({ length: generation }, () => []);
  for (const trial of complete) populations[generationOf(trial)]?.push(trial);
  let parents: FrozenTrial[] = [];
  for (const population of populations) parents = elite([...population, ...parents], directions, populationSize);
  return parents;
}

function generationOf({ systemAttributes }: FrozenTrial): number {
  const generation = systemAttributes[generationKey];
  return typeof generation === 'number' ? generation : -1;
}

/** The better of two; the second where neither is. */
function tournament(parents: readonly FrozenTrial[], { directions }: FrozenStudy, random: RandomStream): FrozenTrial {
  const [one, other] = [parents[random.integer(parents.length)], parents[random.integer(parents.length)]];
  return isBetter(one, other, directions) ? one : other;
}

function isBetter(one: FrozenTrial, other: FrozenTrial, directions: readonly Direction[]): boolean {
  if (brokenBy(one) !== brokenBy(other)) return brokenBy(one) < brokenBy(other);
  const [a, b] = [lossesOf(one, directions), lossesOf(other, directions)];
  return a.every((loss, i) => loss <= b[i]) && a.some((loss, i) => loss < b[i]);
}
