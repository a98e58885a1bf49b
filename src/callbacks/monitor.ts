/**
 * Decides which epoch is best. One monitor per training: early stopping, best checkpoint and plateau ask it,
 * so that they cannot disagree.
 */
export interface Monitor {
  /** The log key that is watched: `val_loss`. */
  readonly key: string;
  readonly higherIsBetter: boolean;
  /** Whether the epoch that just ended is the best so far. NaN is never better; an equal value is not better. */
  readonly improved: boolean;
  /** The best epoch so far, from 0; -1 before the first. */
  readonly bestEpoch: number;
  readonly bestValue: number;
  /** Epochs since the best one. */
  readonly epochsWithoutImprovement: number;
}
