import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import type { Direction, FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { EvolutionStrategy, type Solution } from './cma-es/evolution-strategy.ts';
import { intersectionSearchSpace } from './inferred-space.ts';
import { lossesOf } from './pareto/losses.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';
import { type UnitCube, unitCube } from './unit-cube.ts';

export interface CmaEsOptions {
  /** Trials drawn at random before the strategy begins. @default 1 */
  readonly startupTrials?: number;
  /** How far the first trials lie from the middle, as a share of the ranges. @default 1/6 */
  readonly sigma?: number;
  /** Trials of a generation. @default 4 + 3 log(parameters), rounded down */
  readonly populationSize?: number;
  /** @default 0 */
  readonly seed?: number;
}

/** Which generation a trial was drawn for; Optuna's key. */
const generationKey = 'cma:generation';

/**
 * Covariance matrix adaptation evolution strategy: for numbers, one objective, and some hundred trials or more. Choices, and
 * parameters that not all trials have, are drawn at random. The strategy's state is not stored: every suggestion replays the
 * generations, as the study has them.
 *
 * Hansen and Ostermeier 2001; Hansen 2016, with its defaults; no restarts.
 * @throws DlError `config` for several objectives, or options that cannot be
 */
export function cmaEsSampler(options: CmaEsOptions = {}): Sampler {
  requireKnownOptions('cmaEsSampler', options, { startupTrials: true, sigma: true, populationSize: true, seed: true });
  const { startupTrials = 1, sigma = 1 / 6, populationSize, seed = 0 } = options;
  if (!(sigma > 0)) throw new DlError('config', `cmaEsSampler: sigma is ${sigma}; it is a share of the ranges, above 0.`);
  if (populationSize !== undefined && !(Number.isInteger(populationSize) && populationSize >= 4)) {
    throw new DlError('config', `cmaEsSampler: populationSize is ${populationSize}; it is a whole number from 4 on.`);
  }
  const random = randomSampler({ seed });

  let last: { trials: readonly FrozenTrial[]; complete: number; replayed: Replayed | undefined } | undefined;

  /** A trial asks twice: for its values, and for its generation. */
  function replay({ trials, directions }: FrozenStudy): Replayed | undefined {
    if (directions.length > 1) {
      throw new DlError('config', 'cmaEsSampler has one objective, this study has several. Take tpeSampler or nsga2Sampler.');
    }
    const complete = trials.filter(({ state }) => state === 'complete');
    if (last?.trials === trials && last.complete === complete.length) return last.replayed;
    const cube = unitCube(intersectionSearchSpace(complete));
    const hasBegun = complete.length >= startupTrials && cube.names.length > 0;
    const strategy = hasBegun ? new EvolutionStrategy(cube.names.length, sigma, populationSize) : undefined;
    const replayed = strategy && { cube, strategy, generation: tellGenerations(strategy, cube, complete, directions) };
    last = { trials, complete: complete.length, replayed };
    return replayed;
  }

  return {
    name: 'cma-es',
    sampleRelative(study, trialNumber) {
      const replayed = replay(study);
      return replayed ? replayed.cube.decode(replayed.strategy.ask(new RandomStream(seed, 'cma-es-sampler', trialNumber))) : {};
    },
    sampleIndependent: random.sampleIndependent,
    systemAttributes(study) {
      const replayed = replay(study);
      return replayed ? { [generationKey]: replayed.generation } : {};
    },
  };
}

interface Replayed {
  readonly cube: UnitCube;
  readonly strategy: EvolutionStrategy;
  readonly generation: number;
}

/** @returns the generation that is not full yet */
function tellGenerations(
  strategy: EvolutionStrategy,
  cube: UnitCube,
  complete: readonly FrozenTrial[],
  directions: readonly Direction[],
): number {
  const generations: Solution[][] = [];
  for (const trial of [...complete].sort(byEnd)) {
    const generation = trial.systemAttributes[generationKey];
    const point = cube.encode(trial.params);
    if (typeof generation !== 'number' || !point) continue;
    generations[generation] ??= [];
    generations[generation].push({ point, loss: lossesOf(trial, directions)[0] });
  }
  for (let generation = 0; ; generation++) {
    const solutions = generations[generation] ?? [];
    if (solutions.length < strategy.populationSize) return generation;
    strategy.tell(solutions.slice(0, strategy.populationSize));
  }
}

/** As they ended, so that a late one does not take the place of one that has counted. */
function byEnd(a: FrozenTrial, b: FrozenTrial): number {
  return Number(a.complete) - Number(b.complete) || a.number - b.number;
}
