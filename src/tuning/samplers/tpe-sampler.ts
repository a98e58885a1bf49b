import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import { type Choice, type Distribution, fromInternal, onlyValue } from '../distribution.ts';
import type { FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { finishedTrials, groupedSearchSpace, type InferredSpace, internalValues, intersectionSearchSpace } from './inferred-space.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';
import { defaultGamma, defaultWeights } from './tpe/defaults.ts';
import { ParzenEstimator } from './tpe/parzen-estimator.ts';
import { relativeParameters, shareRelativeParameters } from './tpe/relative-parameters.ts';
import { splitTrials } from './tpe/split-trials.ts';

export interface TpeOptions {
  /** Trials drawn at random before the densities are asked. @default 10 */
  readonly startupTrials?: number;
  /** Points drawn from the good density, of which the best is tried. @default 24 */
  readonly candidates?: number;
  /** How many of so many finished trials are the good ones. @default a tenth, rounded up; with one objective at most 25 */
  readonly gamma?: (finished: number) => number;
  /** What each of so many trials counts, the oldest first. @default all alike; beyond 25 the older ones less */
  readonly weights?: (trials: number) => readonly number[];
  /** What the prior counts beside the trials. @default 1 */
  readonly priorWeight?: number;
  /** Keeps few trials from making narrow kernels. @default true */
  readonly magicClip?: boolean;
  /** Outermost kernels reach to the ends of the range. @default false */
  readonly endpoints?: boolean;
  /** Chooses the parameters that all trials share together instead of each for itself. @default true with one objective, or with `group` */
  readonly multivariate?: boolean;
  /** Chooses each part of a conditional space together, needs `multivariate`. @default false */
  readonly group?: boolean;
  /** Keeps away from what other processes are trying. @default true */
  readonly constantLiar?: boolean;
  /** @default 0 */
  readonly seed?: number;
}

/**
 * Tree-structured Parzen estimator: one density of good trials, one of the others, and of some points drawn from the first the
 * one that is much likelier there than in the second. Works with conditions, with trials that were pruned, with constraints and
 * with many objectives. Defaults and densities are those of Optuna 5.0.
 *
 * Bergstra, Bardenet, Bengio and Kégl 2011; multivariate: Falkner, Klein and Hutter 2018; many objectives: Ozaki et al. 2022;
 * its parts compared: Watanabe 2023.
 * @throws DlError `config` for options that cannot be
 */
export function tpeSampler(options: TpeOptions = {}): Sampler {
  requireKnownOptions('tpeSampler', options, {
    startupTrials: true,
    candidates: true,
    gamma: true,
    weights: true,
    priorWeight: true,
    magicClip: true,
    endpoints: true,
    multivariate: true,
    group: true,
    constantLiar: true,
    seed: true,
  });
  check(options);
  const { startupTrials = 10, candidates = 24, multivariate, group = false, constantLiar = true, seed = 0 } = options;
  const { weights = defaultWeights, priorWeight = 1, magicClip = true, endpoints = false } = options;
  const random = randomSampler({ seed });

  const isMultivariate = ({ directions }: FrozenStudy) => multivariate ?? (group || directions.length === 1);
  const isStarting = (study: FrozenStudy) => finishedTrials(study).length < startupTrials;

  function choose(study: FrozenStudy, trialNumber: number, space: InferredSpace): Record<string, Choice> {
    const names = Object.keys(space);
    if (names.length === 0) return {};
    const { below, above } = splitTrials(study, options.gamma ?? defaultGamma(study.directions));
    const running = constantLiar ? study.trials.filter(({ state, number }) => state === 'running' && number !== trialNumber) : [];
    const good = density(below, space, study.directions.length > 1 ? ones : weights);
    const bad = density(byNumber([...above, ...running]), space, weights);

    const points = good.draw(new RandomStream(seed, 'tpe-sampler', trialNumber, ...names), candidates);
    const [likelihood, unlikelihood] = [good.logDensity(points), bad.logDensity(points)];
    const best = positionOfLargest(likelihood.map((value, i) => value - unlikelihood[i]));
    return Object.fromEntries(names.map((name, i) => [name, fromInternal(space[name], points[i][best])]));
  }

  function density(trials: readonly FrozenTrial[], space: InferredSpace, weigh: (trials: number) => readonly number[]): ParzenEstimator {
    const columns = observedValues(trials, space);
    const count = columns[0].length;
    return new ParzenEstimator(Object.values(space), columns, weigh(count).slice(0, count), { priorWeight, magicClip, endpoints });
  }

  return {
    name: 'tpe',
    sampleRelative(study, trialNumber) {
      if (!isMultivariate(study) || isStarting(study)) return {};
      const finished = finishedTrials(study);
      const spaces = group ? groupedSearchSpace(finished) : [intersectionSearchSpace(finished)];
      return Object.assign({}, ...spaces.map((space) => choose(study, trialNumber, space)));
    },
    sampleIndependent(study, trialNumber, parameter, distribution: Distribution) {
      const only = onlyValue(distribution);
      if (only !== undefined) return only;
      if (isStarting(study)) return random.sampleIndependent(study, trialNumber, parameter, distribution);
      return choose(study, trialNumber, { [parameter]: distribution })[parameter];
    },
    systemAttributes: (_study, _trialNumber, relative) => (constantLiar ? shareRelativeParameters(relative) : {}),
  };
}

/** Of the trials that have all parameters. @returns [parameters][trials] */
function observedValues(trials: readonly FrozenTrial[], space: InferredSpace): Float64Array[] {
  const names = Object.keys(space);
  const readers = Object.values(space).map(internalValues);
  const columns = names.map(() => new Float64Array(trials.length));
  let count = 0;
  for (const trial of trials) {
    const params = relativeParameters(trial);
    let isWhole = true;
    for (let i = 0; i < names.length; i++) {
      const value = readers[i](params[names[i]]);
      columns[i][count] = value;
      isWhole &&= !Number.isNaN(value);
    }
    if (isWhole) count++;
  }
  return columns.map((column) => column.subarray(0, count));
}

function check({ startupTrials = 10, candidates = 24, priorWeight = 1, multivariate, group }: TpeOptions): void {
  const refuse = (message: string): never => {
    throw new DlError('config', `tpeSampler: ${message}`);
  };
  if (!Number.isInteger(startupTrials) || startupTrials < 0) refuse(`startupTrials is ${startupTrials}; it is a whole number from 0 on.`);
  if (!Number.isInteger(candidates) || candidates < 1) refuse(`candidates is ${candidates}; it is a whole number from 1 on.`);
  if (!(priorWeight >= 0)) refuse(`priorWeight is ${priorWeight}; it is a number from 0 on.`);
  if (group && multivariate === false)
    refuse('group chooses parameters together, so it needs multivariate. Leave out multivariate: false.');
}

function ones(trials: number): number[] {
  return new Array<number>(trials).fill(1);
}

function byNumber(trials: FrozenTrial[]): FrozenTrial[] {
  return trials.sort((a, b) => a.number - b.number);
}

/** The first of equals; NaN is none. */
function positionOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best] || Number.isNaN(values[best])) best = i;
  return best;
}
