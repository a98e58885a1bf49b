import { DlError } from '../../core/errors.ts';
import { requireKnownOptions } from '../../core/known-options.ts';
import { RandomStream } from '../../core/random.ts';
import type { FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';
import { acquisition, type Limit } from './gp/acquisition.ts';
import { bestPoint } from './gp/best-point.ts';
import { fitProcess } from './gp/fit-process.ts';
import type { GaussianProcess } from './gp/gaussian-process.ts';
import { type Side, sidesOf } from './gp/process-space.ts';
import { intersectionSearchSpace } from './inferred-space.ts';
import { lossesOf } from './pareto/losses.ts';
import { randomSampler } from './random-sampler.ts';
import type { Sampler } from './sampler.ts';
import { relativeParameters, shareRelativeParameters } from './tpe/relative-parameters.ts';

export interface GpOptions {
  /** Trials drawn at random before the process is asked. @default 10 */
  readonly startupTrials?: number;
  /** Only so many trials are modelled, the best ones: the time of a suggestion grows with their third power. @default 250 */
  readonly mostTrials?: number;
  /** @default 0 */
  readonly seed?: number;
}

/**
 * Bayesian optimization with a Gaussian process: models the objective from all trials and tries where it expects most
 * improvement. For trials that are dear: up to some hundred, with one objective; constraints are modelled too. Parameters that
 * not all trials have are drawn at random.
 *
 * Jones, Schonlau and Welch 1998; Snoek, Larochelle and Adams 2012; the logarithm: Ament et al. 2023. Kernel and priors are those
 * of Optuna's GPSampler.
 * @throws DlError `config` for several objectives
 */
export function gpSampler(options: GpOptions = {}): Sampler {
  requireKnownOptions('gpSampler', options, { startupTrials: true, mostTrials: true, seed: true });
  const { startupTrials = 10, mostTrials = 250, seed = 0 } = options;
  const random = randomSampler({ seed });
  return {
    name: 'gp',
    sampleRelative(study, trialNumber) {
      if (study.directions.length > 1) {
        throw new DlError('config', 'gpSampler has one objective, this study has several. Take tpeSampler or nsga2Sampler.');
      }
      const complete = study.trials.filter(({ state }) => state === 'complete');
      const sides = sidesOf(intersectionSearchSpace(complete));
      if (complete.length < Math.max(1, startupTrials) || sides.length === 0) return {};
      const point = choose(study, best(complete, study, mostTrials), sides, trialNumber, seed);
      return Object.fromEntries(sides.map(({ name, decode }, k) => [name, decode(point[k])]));
    },
    sampleIndependent: random.sampleIndependent,
    systemAttributes: (_study, _trialNumber, relative) => shareRelativeParameters(relative),
  };
}

function choose(
  study: FrozenStudy,
  complete: readonly FrozenTrial[],
  sides: readonly Side[],
  trialNumber: number,
  seed: number,
): Float64Array {
  const isChoice = sides.map((side) => side.isChoice);
  const points = complete.map(({ params }) => encode(sides, params));
  const isKept = complete.map(({ constraints }) => Object.values(constraints).every((value) => value <= 0));
  const gains = standardized(complete.map((trial) => -lossesOf(trial, study.directions)[0]));
  const limits = limitsOf(complete, points, isChoice);

  const process = fitProcess({ points, values: gains.values, isChoice });
  const kept = [...gains.values.keys()].filter((i) => isKept[i]);
  const top = kept.length === 0 ? undefined : kept.reduce((one, other) => (gains.values[other] > gains.values[one] ? other : one));

  // What others are trying counts as if it gave what is expected of it (the "kriging believer" of Ginsbourger et al. 2010).
  const running = study.trials.filter(({ state, number }) => state === 'running' && number !== trialNumber);
  const tried = running.map((trial) => encode(sides, relativeParameters(trial))).filter((point) => point.every(Number.isFinite));
  const values = Float64Array.of(...gains.values, ...tried.map((point) => process.posterior(point).mean));
  const believing = tried.length === 0 ? process : process.observing({ points: [...points, ...tried], values, isChoice });

  return bestPoint(
    acquisition(believing, top === undefined ? undefined : gains.values[top], limits),
    sides,
    process.parameters.inverseSquaredLengths.map((length) => 1 / Math.sqrt(length)),
    top === undefined ? [] : [points[top]],
    new RandomStream(seed, 'gp-sampler', trialNumber),
  );
}

/** One process for each constraint, of minus its value: above minus zero it is kept. */
function limitsOf(complete: readonly FrozenTrial[], points: readonly Float64Array[], isChoice: readonly boolean[]): Limit[] {
  const names = new Set(complete.flatMap(({ constraints }) => Object.keys(constraints)));
  return Array.from(names, (name): Limit => {
    const known = complete.flatMap(({ constraints }, i) => (Number.isFinite(constraints[name]) ? [{ i, value: -constraints[name] }] : []));
    const { values, mean, deviation } = standardized(known.map(({ value }) => value));
    const process: GaussianProcess = fitProcess({ points: known.map(({ i }) => points[i]), values, isChoice });
    return { process, threshold: -mean / deviation };
  });
}

/** The `most` best, as they were tried. */
function best(complete: readonly FrozenTrial[], { directions }: FrozenStudy, most: number): readonly FrozenTrial[] {
  if (complete.length <= most) return complete;
  const sorted = [...complete].sort((a, b) => (lossesOf(a, directions)[0] < lossesOf(b, directions)[0] ? -1 : 1));
  const chosen = new Set(sorted.slice(0, most));
  return complete.filter((trial) => chosen.has(trial));
}

/** With mean 0 and deviation 1; what is infinite becomes the furthest finite value. */
function standardized(given: readonly number[]): { values: Float64Array; mean: number; deviation: number } {
  const finite = given.filter(Number.isFinite);
  const [low, high] = finite.length === 0 ? [0, 0] : [Math.min(...finite), Math.max(...finite)];
  const values = Float64Array.from(given, (value) => Math.min(high, Math.max(low, value)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return { values: values.map((value) => (value - mean) / deviation), mean, deviation };
}

function encode(sides: readonly Side[], params: FrozenTrial['params']): Float64Array {
  return Float64Array.from(sides, (side) => side.encode(params[side.name]));
}
