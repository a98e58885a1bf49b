import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { Batch, Dataset, RawSample } from './dataset.ts';
import type { Features } from './features.ts';

export type DataPart = 'training' | 'validation' | 'test';

export interface DataLoaderOptions {
  /** Samples per batch: a whole number, at least 1. */
  readonly batchSize: number;
  /** Undefined keeps the order of the dataset. */
  readonly shuffleSeed?: number;
  /** Which part of the data it is, for people. @default 'training' */
  readonly part?: DataPart;
  /** Uses only these positions of the dataset. @default all */
  readonly positions?: Uint32Array;
}

/** Where an epoch begins: a training that was interrupted goes on in the middle of one. */
export interface EpochStart {
  /** Batches to leave out. @default 0 */
  readonly fromStep?: number;
}

/** Cuts a dataset into batches. The order is a pure function of (seed, epoch). */
export class DataLoader {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly part: DataPart;
  readonly #shuffleSeed: number | undefined;
  readonly #positions: Uint32Array;

  /** @throws DlError `config` for a batch size that is not a whole number above 0, `data` for no samples */
  constructor(dataset: Dataset, { batchSize, shuffleSeed, part = 'training', positions }: DataLoaderOptions) {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new DlError('config', `data.batchSize is ${batchSize}; it must be a whole number, at least 1.`);
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.part = part;
    this.#shuffleSeed = shuffleSeed;
    this.#positions = positions ?? Uint32Array.from({ length: dataset.length }, (_, i) => i);
    if (this.length === 0) throw new DlError('data', `There are no ${part} samples.`);
  }

  /** Number of samples. */
  get length(): number {
    return this.#positions.length;
  }

  /** Batches per epoch; the last one may be smaller. */
  get steps(): number {
    return Math.ceil(this.length / this.batchSize);
  }

  get features(): Features {
    return this.dataset.features;
  }

  /** The position in the dataset of sample `index` of this loader, before shuffling. */
  position(index: number): number {
    return this.#positions[index];
  }

  /** Sample `index` before preprocessing, counted without shuffling; undefined where the dataset cannot show it. */
  raw(index: number): RawSample | undefined {
    return this.dataset.raw?.(this.position(index));
  }

  /** The batches of one epoch, from batch number `fromStep` on. Each batch is new: the consumer may keep it. */
  async *epoch(epoch = 0, { fromStep = 0 }: EpochStart = {}): AsyncGenerator<Batch, void, undefined> {
    const order = this.#order(epoch);
    for (let start = fromStep * this.batchSize; start < order.length; start += this.batchSize) {
      yield await this.dataset.get(order.subarray(start, start + this.batchSize));
    }
  }

  #order(epoch: number): Uint32Array {
    if (this.#shuffleSeed === undefined) return this.#positions;
    return new RandomStream(this.#shuffleSeed, 'shuffle', epoch).shuffle(this.#positions.slice());
  }
}
