import type { Features } from './features.ts';

/** Some samples, ready for the model. */
export interface Batch {
  /** Number of samples. */
  readonly size: number;
  /** `[size, ...features.inputShape]`, row after row, preprocessed. */
  readonly inputs: Float32Array;
  /** Classification: `[size]` class numbers. Regression: `[size, outputs]`, scaled by `targetScaling`. */
  readonly targets: Int32Array | Float32Array;
}

/**
 * A fixed number of samples that can be read in any order.
 * `get` is pure: equal indices give equal batches, so that a resumed run needs no state of the data.
 */
export interface Dataset {
  /** Number of samples. */
  readonly length: number;
  readonly features: Features;
  /** The samples at these positions, in this order; each is in [0, length). */
  get(indices: ArrayLike<number>): Batch | Promise<Batch>;
}
