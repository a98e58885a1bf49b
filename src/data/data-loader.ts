import type { Batch, Dataset } from './dataset.ts';
import type { Features } from './features.ts';

export interface DataLoaderOptions {
  readonly batchSize: number;
  /** Undefined keeps the order of the dataset. */
  readonly shuffleSeed?: number;
  /** Uses only these positions of the dataset. @default all */
  readonly positions?: Uint32Array;
}

/** Cuts a dataset into batches. The order is a pure function of (seed, epoch). */
export class DataLoader {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly #options: DataLoaderOptions;

  constructor(dataset: Dataset, options: DataLoaderOptions) {
    this.dataset = dataset;
    this.batchSize = options.batchSize;
    this.#options = options;
  }

  /** Number of samples. */
  get length(): number {
    return this.#options.positions?.length ?? this.dataset.length;
  }

  /** Batches per epoch; the last one may be smaller. */
  get steps(): number {
    return Math.ceil(this.length / this.batchSize);
  }

  get features(): Features {
    return this.dataset.features;
  }

  /** The batches of one epoch, from batch number `firstStep` on. */
  async *epoch(epoch = 0, firstStep = 0): AsyncGenerator<Batch> {
    throw new Error(`to be written: ${epoch} ${firstStep}`);
  }
}
