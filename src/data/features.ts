import type { ColumnEncoding } from '../core/column-encoding.ts';

/** How raw values of one sample become the model's inputs; kept with every checkpoint and packed model. */
export type Preprocessing =
  /** input = raw * scale + offset, for every value; pixels have scale 1/255. */
  | { readonly kind: 'scale'; readonly scale: number; readonly offset: number }
  /** Table rows: one entry per raw column, in order; fitted on the training part only. */
  | { readonly kind: 'columns'; readonly columns: readonly ColumnEncoding[] };

/** What a model must know of its data. Plain JSON: it is saved with the model. */
export interface Features {
  readonly task: 'classification' | 'regression';
  /** Shape of one input without the batch axis: `[height, width, channels]` or `[columns]`. */
  readonly inputShape: readonly number[];
  /** Length of one output: the number of classes, or of numbers to predict. */
  readonly outputs: number;
  /** Classification: what class i is called. Regression: what output i is called. */
  readonly outputNames: readonly string[];
  readonly preprocessing: Preprocessing;
  /** Grey images: how the edges of the training images are, where that is clear; a picture from a file is made alike. */
  readonly background?: 'dark' | 'light';
  /** Regression: targets are trained as (target - mean) / deviation; predictions are turned back. */
  readonly targetScaling?: { readonly mean: number; readonly deviation: number };
}
