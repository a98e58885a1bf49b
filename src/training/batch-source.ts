import type { DataLoader } from '../data/data-loader.ts';
import type { Batch } from '../data/dataset.ts';

/** Where the trainer takes its batches from: a `DataLoader`, or a few batches of one. */
export interface BatchSource extends Pick<DataLoader, 'length' | 'steps' | 'batchSize' | 'epoch'> {
  /** Set where batches cannot be left out: an interrupted training then begins its epoch again. @default false */
  readonly resumesAtEpochsOnly?: boolean;
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
    async *epoch(_epoch, { fromStep = 0 } = {}) {
      yield* batches.slice(fromStep);
    },
  };
}
