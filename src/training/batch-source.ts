import type { DataLoader } from '../data/data-loader.ts';
import type { Batch, RawSample, SkippedSample } from '../data/dataset.ts';

/** Where the trainer takes its batches from: a `DataLoader`, or a part of one. */
export interface BatchSource extends Pick<DataLoader, 'length' | 'steps' | 'batchSize' | 'epoch'> {
  /** Set where batches cannot be left out: an interrupted training then begins its epoch again. @default false */
  readonly resumesAtEpochsOnly?: boolean;
  /** What could not be read and was left out so far. */
  readonly skipped?: readonly SkippedSample[];
  /** Sample `index`, counted without shuffling, before preprocessing; undefined where it cannot be shown. */
  raw?(index: number): RawSample | undefined | Promise<RawSample | undefined>;
}

/**
 * The first `count` batches of a loader's first epoch, the same ones in every epoch.
 * @param count at least 1; more than there are means all
 */
export async function firstBatches(loader: BatchSource, count: number): Promise<BatchSource> {
  const batches: Batch[] = [];
  for await (const batch of loader.epoch(0)) {
    batches.push(batch);
    if (batches.length === count) break;
  }
  return {
    length: batches.reduce((samples, batch) => samples + batch.size, 0),
    steps: batches.length,
    batchSize: loader.batchSize,
    skipped: loader.skipped,
    async *epoch(_epoch, { fromStep = 0 } = {}) {
      yield* batches.slice(fromStep);
    },
  };
}

/** The first `count` batches of each epoch: others in every epoch, where the loader shuffles. */
export function limitBatches(loader: BatchSource, count: number): BatchSource {
  if (count >= loader.steps) return loader;
  return {
    length: Math.min(loader.length, count * loader.batchSize),
    steps: count,
    batchSize: loader.batchSize,
    resumesAtEpochsOnly: loader.resumesAtEpochsOnly,
    get skipped() {
      return loader.skipped;
    },
    raw: (index) => loader.raw?.(index),
    epoch: (epoch = 0, { fromStep = 0 } = {}) => take(loader.epoch(epoch, { fromStep }), count - fromStep),
  };
}

/**
 * Cuts each epoch into parts of `steps` batches that end as epochs do, with validation; the last one of an epoch may be shorter.
 * Part `n` is part `n % parts` of epoch `floor(n / parts)`.
 */
export function inParts(loader: BatchSource, steps: number): BatchSource & { readonly parts: number } {
  const parts = Math.ceil(loader.steps / steps);
  return {
    length: loader.length,
    steps: Math.min(steps, loader.steps),
    parts,
    batchSize: loader.batchSize,
    get skipped() {
      return loader.skipped;
    },
    epoch(part = 0, { fromStep = 0 } = {}) {
      const begin = (part % parts) * steps;
      return take(loader.epoch(Math.floor(part / parts), { fromStep: begin + fromStep }), steps - fromStep);
    },
  };
}

async function* take(batches: AsyncIterable<Batch>, count: number): AsyncGenerator<Batch, void, undefined> {
  if (count <= 0) return;
  let taken = 0;
  for await (const batch of batches) {
    yield batch;
    if (++taken === count) return;
  }
}
