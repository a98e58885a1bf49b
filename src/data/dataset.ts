import type { Features } from './features.ts';

/** Some samples, ready for the model. */
export interface Batch {
  /** Number of samples. */
  readonly size: number;
  /** `[size, ...features.inputShape]`, row after row, preprocessed. */
  readonly inputs: Float32Array;
  /** Classification: `[size]` class numbers. Regression: `[size, outputs]`, scaled by `targetScaling`. */
  readonly targets: Int32Array | Float32Array;
  /** Classification with blended samples: `[size, outputs]`, one share per class; what the loss takes in place of `targets`. */
  readonly softTargets?: Float32Array;
  /** How much each sample counts in training, `[size]`, 1 on the average. @default all alike */
  readonly weights?: Float32Array;
  /** Which samples these are, where some of those asked for could not be read and were left out: their positions in the dataset. */
  readonly indices?: Uint32Array;
}

/** A sample that cannot be read, and was left out because the settings say so. */
export interface SkippedSample {
  /** Its position in the dataset. */
  readonly index: number;
  /** Names the file and says what is wrong with it. */
  readonly reason: string;
}

/** How another thread opens the same dataset: it imports `module` and calls its `openDataset(options)`. */
export interface DatasetOpener {
  /** `import.meta.url` of a module that exports `openDataset`. */
  readonly module: string;
  /** What can be sent to a thread: plain values, typed arrays, SharedArrayBuffers. */
  readonly options: unknown;
}

/** A sample before preprocessing: what a person is shown. */
export type RawSample =
  /** `pixels` 0 ... 255 in the order `[height, width, channels]`. */
  | { readonly kind: 'image'; readonly shape: readonly [height: number, width: number, channels: number]; readonly pixels: Uint8Array }
  /** One entry per raw column; `undefined` is a missing value. */
  | { readonly kind: 'row'; readonly values: readonly { readonly column: string; readonly value: number | string | undefined }[] };

/** One sample of a stream, preprocessed. */
export interface StreamSample {
  /** `features.inputShape`, flat. */
  readonly input: ArrayLike<number>;
  /** A class number, or a number to predict; several of them as a list. */
  readonly target: number | ArrayLike<number>;
}

/**
 * A fixed number of samples that can be read in any order.
 * `get` is pure: equal indices give equal batches, so that a resumed run needs no state of the data.
 */
export interface Dataset {
  /** Number of samples. */
  readonly length: number;
  readonly features: Features;
  /** Classification: the class number of every sample, so that a split can keep the shares of the classes. */
  readonly labels?: ArrayLike<number>;
  /** The samples at these positions, in this order; each is in [0, length). The caller may keep the arrays. */
  get(indices: ArrayLike<number>): Batch | Promise<Batch>;
  /** The sample at this position before preprocessing, for showing it. */
  raw?(index: number): RawSample;
  /**
   * Samples that only come one after the other: `length` of them are taken in every epoch, and `get` is refused.
   * Where the order is wanted in another way in another epoch, the stream has to see to it.
   */
  stream?(epoch: number): Iterable<StreamSample> | AsyncIterable<StreamSample>;
  /** Where reading takes long: lets `DataLoader` read in other threads. They must give equal batches. */
  readonly opener?: DatasetOpener;
  /** The samples that were left out so far. */
  readonly skipped?: readonly SkippedSample[];
}
