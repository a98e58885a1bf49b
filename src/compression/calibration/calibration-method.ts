import type { Histogram } from './histogram.ts';

/** What the calibration samples showed of one value of the model. */
export interface ObservedValues {
  /** The smallest and largest number of each batch, in their order. */
  readonly batches: readonly ValueRange[];
  /** Over all samples. */
  readonly histogram: Histogram;
}

/** From the smallest to the largest number that shall be told apart; what lies outside gets the nearest end. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** A way to choose the range of activations. Pure. A new one: its file, and a line in calibration-methods.ts. */
export interface CalibrationMethod {
  /** As in the options of `quantize`. */
  readonly name: string;
  range(observed: ObservedValues): ValueRange;
}
