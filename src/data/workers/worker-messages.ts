import type { ErrorCode } from '../../core/errors.ts';
import type { ReadingOptions } from '../batch-reader.ts';
import type { Batch, DatasetOpener, SkippedSample } from '../dataset.ts';

/** What a reading thread is started with. */
export interface WorkerSetup {
  readonly opener: DatasetOpener;
  readonly reading: ReadingOptions;
}

export interface BatchRequest {
  readonly id: number;
  /** Positions in the dataset. */
  readonly indices: Uint32Array;
  readonly epoch: number;
}

export type BatchAnswer =
  /** `skipped` are those that were left out since the last answer. */
  | { readonly id: number; readonly batch: Batch; readonly skipped: readonly SkippedSample[]; readonly error?: undefined }
  | { readonly id: number; readonly error: { readonly message: string; readonly stack?: string; readonly code?: ErrorCode } };
