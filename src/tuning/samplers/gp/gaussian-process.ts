import { cholesky, dot, solveLower, solveUpper } from '../linear-algebra/cholesky.ts';
import { matern } from './matern.ts';

/** How alike near points are. */
export interface KernelParameters {
  /** One over the square of each side's length scale. */
  readonly inverseSquaredLengths: Float64Array;
  /** The variance of the function. */
  readonly scale: number;
  /** The variance of what is observed of it. */
  readonly noise: number;
}

/** Observed points, and which of their sides are choices: those differ or do not, by no more and no less. */
export interface Observations {
  /** [points][sides] */
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
  readonly isChoice: readonly boolean[];
}

/** What is known of the function at a point. */
export interface Posterior {
  readonly mean: number;
  readonly deviation: number;
}

/** How that changes from there: [sides], 0 for choices. */
export interface PosteriorGradient {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** A Gaussian process with Matérn's kernel 5/2 and a length scale for each side (Rasmussen and Williams 2006, algorithm 2.1). */
export class GaussianProcess {
  readonly #observations: Observations;
  readonly #parameters: KernelParameters;
  readonly #lower: readonly Float64Array[];
  /** (K + noise)⁻¹ values. */
  readonly #alpha: Float64Array;

  /** @returns undefined where the kernel is not positive to rounding */
  static of(observations: Observations, parameters: KernelParameters): GaussianProcess | undefined {
    const { points, isChoice } = observations;
    const { inverseSquaredLengths, scale, noise } = parameters;
    const lower = cholesky(
      points.map((a, i) => {
        const row = Float64Array.from(points, (b) => scale * matern(squaredDistance(a, b, inverseSquaredLengths, isChoice)).value);
        row[i] += noise;
        return row;
      }),
    );
    return lower && new GaussianProcess(observations, parameters, lower);
  }

  private constructor(observations: Observations, parameters: KernelParameters, lower: readonly Float64Array[]) {
    this.#observations = observations;
    this.#parameters = parameters;
    this.#lower = lower;
    this.#alpha = solveUpper(lower, solveLower(lower, observations.values));
  }

  get parameters(): KernelParameters {
    return this.#parameters;
  }

  /** With the same kernel and other observations; itself where these are too near to each other. */
  observing(observations: Observations): GaussianProcess {
    return GaussianProcess.of(observations, this.#parameters) ?? this;
  }

  /** The logarithm of how likely the observations are, without its constant. */
  logLikelihood(): number {
    const logRootDeterminant = this.#lower.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
    return -logRootDeterminant - 0.5 * dot(this.#alpha, this.#observations.values);
  }

  /** How the logarithm of the likelihood changes with the logarithms of the parameters: the sides' lengths, scale, noise. */
  logLikelihoodGradient(): Float64Array {
    const { points, isChoice } = this.#observations;
    const { inverseSquaredLengths, scale, noise } = this.#parameters;
    const sides = inverseSquaredLengths.length;
    const gradient = new Float64Array(sides + 2);
    const inverse = points.map((_, i) => solveUpper(this.#lower, solveLower(this.#lower, unit(points.length, i))));
    for (let i = 0; i < points.length; i++) {
      gradient[sides + 1] += 0.5 * noise * (this.#alpha[i] ** 2 - inverse[i][i]);
      gradient[sides] += 0.5 * scale * (this.#alpha[i] ** 2 - inverse[i][i]);
      for (let j = 0; j < i; j++) {
        const weight = this.#alpha[i] * this.#alpha[j] - inverse[i][j];
        const { value, slope } = matern(squaredDistance(points[i], points[j], inverseSquaredLengths, isChoice));
        gradient[sides] += weight * scale * value;
        for (let k = 0; k < sides; k++) {
          gradient[k] += weight * scale * slope * inverseSquaredLengths[k] * squaredDifference(points[i][k], points[j][k], isChoice[k]);
        }
      }
    }
    return gradient;
  }

  posterior(point: Float64Array): Posterior {
    const covariances = this.#covariances(point);
    const explained = solveLower(this.#lower, covariances);
    const variance = this.#parameters.scale - dot(explained, explained);
    return { mean: dot(covariances, this.#alpha), deviation: Math.sqrt(Math.max(variance, 1e-18)) };
  }

  posteriorGradient(point: Float64Array, { deviation }: Posterior): PosteriorGradient {
    const { inverseSquaredLengths, scale } = this.#parameters;
    const { points, isChoice } = this.#observations;
    const weights = solveUpper(this.#lower, solveLower(this.#lower, this.#covariances(point)));
    const gradient = { mean: new Float64Array(point.length), deviation: new Float64Array(point.length) };
    for (let j = 0; j < points.length; j++) {
      const { slope } = matern(squaredDistance(point, points[j], inverseSquaredLengths, isChoice));
      for (let k = 0; k < point.length; k++) {
        if (isChoice[k]) continue;
        const change = 2 * scale * slope * inverseSquaredLengths[k] * (point[k] - points[j][k]);
        gradient.mean[k] += change * this.#alpha[j];
        gradient.deviation[k] -= (change * weights[j]) / deviation;
      }
    }
    return gradient;
  }

  #covariances(point: Float64Array): Float64Array {
    const { points, isChoice } = this.#observations;
    const { inverseSquaredLengths, scale } = this.#parameters;
    return Float64Array.from(points, (other) => scale * matern(squaredDistance(point, other, inverseSquaredLengths, isChoice)).value);
  }
}

function squaredDistance(a: Float64Array, b: Float64Array, inverseSquaredLengths: Float64Array, isChoice: readonly boolean[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += inverseSquaredLengths[k] * squaredDifference(a[k], b[k], isChoice[k]);
  return sum;
}

function squaredDifference(a: number, b: number, isChoice: boolean): number {
  return isChoice ? Number(a !== b) : (a - b) * (a - b);
}

function unit(length: number, position: number): Float64Array {
  const vector = new Float64Array(length);
  vector[position] = 1;
  return vector;
}
