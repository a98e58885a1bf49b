import type { FrozenStudy, FrozenTrial } from '../storage/study-storage.ts';

/**
 * Says which trials are not worth going on with; Optuna's division of work. It keeps nothing in memory that the study does not hold, as samplers do:
 * each process that runs trials has one of its own.
 */
export interface Pruner {
  readonly name: string;
  /**
   * Whether to end a trial, by what it has reported so far.
   * @param trial one of the study's
   * @param keep puts a system attribute to the trial, for later calls and other processes
   */
  prune(study: FrozenStudy, trial: FrozenTrial, keep: (key: string, value: number) => void): boolean;
}
