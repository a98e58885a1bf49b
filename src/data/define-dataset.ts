import type { Part } from '../config/part.ts';
import type { Dataset } from './dataset.ts';
import type { Split } from './split.ts';

/** What a dataset gives: data to learn from, and the test data, which is read only when asked for. */
export interface DataSource {
  /** Training and validation samples together, in a fixed order; `createDataLoaders` splits them by `context.split`. */
  readonly train: Dataset;
  /** The official validation set where there is one: then nothing is held back from `train`. */
  readonly validation?: Dataset;
  /** Reads the test samples. The official test set where there is one; else a part that is the same for every seed. */
  readonly test: () => Promise<Dataset>;
}

/** What a dataset may use besides its own options. */
export interface LoadContext {
  /** The project's folder; relative paths in options start here. */
  readonly root: string;
  /**
   * Which samples the config's `validationSplit` and `seed` hold back. Preprocessing is fitted on `train` only.
   * With `labels` (class numbers) every class is split in the same share. Equal arguments give equal splits.
   */
  split(samples: { readonly length: number; readonly labels?: ArrayLike<number> }): Split;
}

/** A dataset that config.ts can name. */
export interface DatasetDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  /** Reads the data. Refuses what is damaged before it allocates much. */
  load(options: Options, context: LoadContext): DataSource | Promise<DataSource>;
}

/** Declares a dataset; its options and their types follow from `defaults`. */
export function defineDataset<const Name extends string, Options extends object>(
  definition: DatasetDefinition<Name, Options>,
): DatasetDefinition<Name, Options> {
  return definition;
}
