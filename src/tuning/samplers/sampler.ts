import type { Choice, Distribution } from '../distribution.ts';
import type { FrozenTrial } from '../storage/study-storage.ts';

/** Chooses what a study tries; Optuna's division of work. */
export interface Sampler {
  readonly name: string;
  /**
   * The values of the next trial that are chosen together, by parameter; undefined where nothing is left to try.
   * @param trials all trials of the study so far
   */
  sampleRelative(trials: readonly FrozenTrial[]): Readonly<Record<string, Choice>> | undefined;
  /** The value of a parameter that `sampleRelative` did not give. */
  sampleIndependent(trialNumber: number, parameter: string, distribution: Distribution): Choice;
}
