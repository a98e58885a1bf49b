import type { Choice, Distribution } from '../distribution.ts';
import type { FrozenStudy } from '../storage/study-storage.ts';

/**
 * Chooses what a study tries; Optuna's division of work. A sampler keeps nothing in memory that the study does not hold:
 * many processes ask for the same study, each with a sampler of its own, and a resumed study goes on alike.
 */
export interface Sampler {
  readonly name: string;
  /**
   * The values of the next trial that are chosen together, by parameter; undefined where nothing is left to try.
   * @param study as it is before the trial: trials that run count as such
   * @param trialNumber of the new trial; what is drawn at random follows from it and the sampler's seed
   */
  sampleRelative(study: FrozenStudy, trialNumber: number): Readonly<Record<string, Choice>> | undefined;
  /** The value of a parameter that `sampleRelative` did not give. */
  sampleIndependent(study: FrozenStudy, trialNumber: number, parameter: string, distribution: Distribution): Choice;
  /**
   * What the study keeps with the new trial for the samplers of later ones, by key.
   * @param relative what `sampleRelative` gave
   * @default nothing
   */
  systemAttributes?(study: FrozenStudy, trialNumber: number, relative: Readonly<Record<string, Choice>>): Readonly<Record<string, unknown>>;
}
