import type { RandomStream } from '../../../core/random.ts';
import type { Distribution } from '../../distribution.ts';
import { type KernelOptions, type Kernels, kernelsOf } from './kernels.ts';

/**
 * A density over parameters, made of observations: a mixture with a kernel around each of them and one for the prior, each
 * kernel the product of its parameters' (Falkner et al. 2018). The numbers are Optuna's 5.0.
 */
export class ParzenEstimator {
  readonly #logWeights: Float64Array;
  readonly #cumulated: Float64Array;
  readonly #kernels: readonly Kernels[];

  /**
   * @param distributions of the parameters
   * @param observed per parameter, as they are stored: numbers, positions of choices
   * @param weights of the observations; they need not sum to 1
   */
  constructor(
    distributions: readonly Distribution[],
    observed: readonly Float64Array[],
    weights: readonly number[],
    options: KernelOptions,
  ) {
    const all = weights.length === 0 ? [1] : [...weights, options.priorWeight];
    const total = all.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.#logWeights = Float64Array.from(all, (weight) => Math.log(weight / total));
    this.#cumulated = Float64Array.from(all, (weight) => {
      sum += weight / total;
      return sum;
    });
    this.#kernels = distributions.map((distribution, i) => kernelsOf(distribution, observed[i], options));
  }

  /** Draws points. @returns [parameters][count] */
  draw(random: RandomStream, count: number): Float64Array[] {
    const points = this.#kernels.map(() => new Float64Array(count));
    for (let i = 0; i < count; i++) {
      const kernel = this.#pickKernel(random.uniform());
      this.#kernels.forEach((kernels, parameter) => {
        points[parameter][i] = kernels.draw(kernel, random);
      });
    }
    return points;
  }

  /** @param points [parameters][count] */
  logDensity(points: readonly Float64Array[]): Float64Array {
    const count = points[0].length;
    const kernels = this.#logWeights.length;
    const table = new Float64Array(count * kernels);
    for (let row = 0; row < count; row++) table.set(this.#logWeights, row * kernels);
    this.#kernels.forEach((one, parameter) => {
      one.addLogDensities(points[parameter], table);
    });
    return Float64Array.from({ length: count }, (_, row) => logSum(table.subarray(row * kernels, (row + 1) * kernels)));
  }

  #pickKernel(share: number): number {
    const found = this.#cumulated.findIndex((sum) => share < sum);
    return found < 0 ? this.#cumulated.length - 1 : found;
  }
}

/** log(sum(exp(values))), without overflow. */
function logSum(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - largest);
  return Math.log(sum) + largest;
}
