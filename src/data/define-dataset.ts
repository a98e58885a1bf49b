import type { Part } from '../config/part.ts';
import type { Dataset } from './dataset.ts';

/** What a dataset gives: data to learn from, and the test data, which is read only when asked for. */
export interface DataSource {
  /** Training and validation samples, in a fixed order. Splits off `validation` itself where preprocessing is fitted. */
  readonly train: Dataset;
  /** Reads the test samples. The official test set where there is one; else a part that is the same for every seed. */
  readonly test: () => Promise<Dataset>;
}

/** What a dataset may use besides its own options. */
export interface LoadContext {
  /** The project's folder; relative paths in options start here. */
  readonly root: string;
  /** The positions that `validationSplit` and `seed` hold back; preprocessing must not be fitted on them. */
  readonly validationPositions: (length: number) => Uint32Array;
}

/** A dataset that config.ts can name. */
export interface DatasetDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  /** Reads the data. Refuses what is damaged before it allocates much. */
  load(options: Options, context: LoadContext): Promise<DataSource>;
}

/** Declares a dataset; its options and their types follow from `defaults`. */
export function defineDataset<const Name extends string, Options extends object>(
  definition: DatasetDefinition<Name, Options>,
): DatasetDefinition<Name, Options> {
  return definition;
}
