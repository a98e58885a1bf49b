import type { RandomStream } from '../../../core/random.ts';
import type { Distribution } from '../../distribution.ts';
import { choiceKernels } from './choice-kernels.ts';
import { normalKernels } from './normal-kernels.ts';
import { steppedKernels } from './stepped-kernels.ts';

/** What a Parzen estimator puts around the observed values of one parameter: a kernel each, and the prior as the last one. */
export interface Kernels {
  /**
   * Adds the logarithm of every kernel's density at every point.
   * @param points as they are stored: numbers, positions of choices
   * @param table [points, kernels]
   */
  addLogDensities(points: Float64Array, table: Float64Array): void;
  /** Draws from one kernel. */
  draw(kernel: number, random: RandomStream): number;
}

export interface KernelOptions {
  readonly priorWeight: number;
  readonly magicClip: boolean;
  readonly endpoints: boolean;
}

/** @param observed as they are stored: numbers, positions of choices */
export function kernelsOf(distribution: Distribution, observed: Float64Array, options: KernelOptions): Kernels {
  if (distribution.kind === 'categorical') return choiceKernels(distribution.choices.length, observed, options);
  const isStepped = distribution.kind === 'int' || distribution.step !== null;
  return (isStepped ? steppedKernels : normalKernels)(distribution, observed, options);
}
