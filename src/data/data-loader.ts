import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { AugmentationSettings } from './augmentation/augmentation-settings.ts';
import { BatchReader, type ReadingOptions } from './batch-reader.ts';
import type { Batch, Dataset, RawSample, SkippedSample } from './dataset.ts';
import type { Features } from './features.ts';
import { balancedOrder } from './sampling/balanced-order.ts';
import { streamBatches } from './stream-batches.ts';
import { BatchWorkers } from './workers/batch-workers.ts';
import { ReadingTime } from './workers/reading-time.ts';

export type DataPart = 'training' | 'validation' | 'test';

export interface DataLoaderOptions extends Omit<ReadingOptions, 'seed'> {
  /** Samples per batch: a whole number, at least 1. */
  readonly batchSize: number;
  /** Undefined keeps the order of the dataset. The augmentation follows from it too. */
  readonly shuffleSeed?: number;
  /** `balanced` takes every class equally often; it needs a seed and the dataset's labels. @default 'shuffled' */
  readonly sampling?: 'shuffled' | 'balanced';
  /** Which part of the data it is, for people. @default 'training' */
  readonly part?: DataPart;
  /** Uses only these positions of the dataset. @default all */
  readonly positions?: Uint32Array;
  /**
   * Threads that read batches ahead, where the dataset allows it. `auto` starts them when reading takes more than 10 % of the time.
   * The batches are the same, to the bit, with any number. @default 0
   */
  readonly workers?: number | 'auto';
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
  readonly #options: DataLoaderOptions;
  readonly #shuffleSeed: number | undefined;
  readonly #sampling: 'shuffled' | 'balanced';
  readonly #positions: Uint32Array;
  readonly #reading: ReadingOptions;
  readonly #reader: BatchReader;
  readonly #wantedWorkers: number | 'auto';
  readonly #time = new ReadingTime();
  #skipped = new Map<number, SkippedSample>();
  #workers: BatchWorkers | undefined;

  /** @throws DlError `config` for a batch size that is not a whole number above 0 or options that do not fit the data, `data` for no samples */
  constructor(dataset: Dataset, options: DataLoaderOptions) {
    const {
      batchSize,
      shuffleSeed,
      sampling = 'shuffled',
      part = 'training',
      positions,
      workers = 0,
      augmentation,
      classWeights,
    } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new DlError('config', `data.batchSize is ${batchSize}; it must be a whole number, at least 1.`);
    }
    if (workers !== 'auto' && !(Number.isInteger(workers) && workers >= 0)) {
      throw new DlError('config', `data.workers is ${workers}; it must be "auto" or a whole number, at least 0.`);
    }
    if (sampling === 'balanced' && !dataset.labels) {
      throw new DlError(
        'config',
        'data.sampling=balanced needs data whose classes are known; use shuffled for numbers to predict and streams.',
      );
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.part = part;
    this.#options = options;
    this.#shuffleSeed = shuffleSeed;
    this.#sampling = sampling;
    this.#positions = positions ?? Uint32Array.from({ length: dataset.length }, (_, i) => i);
    this.#reading = { augmentation, classWeights, seed: shuffleSeed };
    this.#reader = new BatchReader(dataset, this.#reading);
    this.#wantedWorkers = dataset.opener ? workers : 0;
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

  /** The samples that could not be read and were left out so far, each once. */
  get skipped(): readonly SkippedSample[] {
    for (const sample of this.dataset.skipped ?? []) this.#skipped.set(sample.index, sample);
    return [...this.#skipped.values()].sort((a, b) => a.index - b.index);
  }

  /** Whether nothing can be left out of an epoch, because the data is a stream. */
  get resumesAtEpochsOnly(): boolean {
    return this.dataset.stream !== undefined;
  }

  /** The position in the dataset of sample `index` of this loader, before shuffling. */
  position(index: number): number {
    return this.#positions[index];
  }

  /** Sample `index` before preprocessing, counted without shuffling; undefined where the dataset cannot show it. */
  raw(index: number): RawSample | undefined {
    return this.dataset.raw?.(this.position(index));
  }

  /** The samples at these positions of the dataset as this epoch would have them: augmented. For looking at them. */
  read(positions: ArrayLike<number>, epoch = 0): Promise<Batch> {
    return this.#reader.read(positions, epoch);
  }

  /**
   * The batches of one epoch, from batch number `fromStep` on. Each batch is new: the consumer may keep it.
   * @throws what reading throws; DlError `refused` for a stream that should start in the middle
   */
  async *epoch(epoch = 0, { fromStep = 0 }: EpochStart = {}): AsyncGenerator<Batch, void, undefined> {
    if (this.dataset.stream) {
      if (fromStep > 0) throw new DlError('refused', 'A stream can only be read from the start of an epoch.');
      yield* streamBatches(this.dataset, this.batchSize, epoch, this.#reader);
      return;
    }
    const order = this.#order(epoch);
    const ahead: Promise<Batch>[] = [];
    let next = fromStep;
    for (let step = fromStep; step < this.steps; step++) {
      const workers = this.#useWorkers();
      while (workers && next < this.steps && ahead.length < workers.depth) {
        const batch = workers.read(this.#cut(order, next++), epoch);
        batch.catch(() => {}); // thrown where it is awaited; nobody waits any more after an early stop
        ahead.push(batch);
      }
      const begin = performance.now();
      const batch = await (ahead.shift() ?? this.#reader.read(this.#cut(order, next++), epoch));
      const ready = performance.now();
      if (batch.size > 0) yield batch; // it is empty if none of its samples could be read
      if (!workers) this.#time.add(ready - begin, performance.now() - ready);
    }
  }

  /**
   * The same samples in the same order, changed by these settings too; those of this loader that they do not name stay.
   * To be closed by itself.
   * @throws DlError `config` for settings that cannot be or do not fit the data
   */
  augmented(settings: Partial<AugmentationSettings>): DataLoader {
    const loader = new DataLoader(this.dataset, { ...this.#options, augmentation: { ...this.#options.augmentation, ...settings } });
    loader.#skipped = this.#skipped;
    return loader;
  }

  /** Ends the threads that read ahead, if there are any; they would end by themselves when nothing is read for a while. */
  async close(): Promise<void> {
    await this.#workers?.close();
  }

  #useWorkers(): BatchWorkers | undefined {
    const count = this.#wantedWorkers === 'auto' ? this.#time.workers : this.#wantedWorkers;
    const { opener } = this.dataset;
    if (this.#workers || count === 0 || !opener) return this.#workers;
    this.#workers = new BatchWorkers(count, { opener, reading: this.#reading }, (samples) => {
      for (const sample of samples) this.#skipped.set(sample.index, sample);
    });
    return this.#workers;
  }

  #cut(order: Uint32Array, step: number): Uint32Array {
    return order.slice(step * this.batchSize, (step + 1) * this.batchSize);
  }

  #order(epoch: number): Uint32Array {
    if (this.#shuffleSeed === undefined) return this.#positions;
    const random = new RandomStream(this.#shuffleSeed, 'shuffle', epoch);
    if (this.#sampling === 'balanced' && this.dataset.labels) return balancedOrder(this.#positions, this.dataset.labels, random);
    return random.shuffle(this.#positions.slice());
  }
}
