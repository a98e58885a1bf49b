import type { Part } from '../config/part.ts';
import type { Features } from '../data/features.ts';

/** Adds up over batches; the result does not depend on how the samples were cut into batches. */
export interface MetricAccumulator {
  /**
   * @param targets class numbers `[size]` or values `[size, outputs]`, as the batch has them: still scaled by `features.targetScaling`
   * @param predictions `[size, outputs]`: probabilities or values, as the model gives them
   */
  update(targets: Int32Array | Float32Array, predictions: Float32Array, size: number): void;
  /** Over everything since the last reset; NaN where nothing came. */
  result(): number;
  reset(): void;
  /** What was added up so far, as plain JSON in which Float32Arrays may stand: with it a training can go on in the middle of an epoch, without only at its beginning. */
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
}

/** A metric, ready to use. */
export interface Metric {
  /** Its key in the logs; `val_` is put before it for validation. */
  readonly name: string;
  /** Whether a larger value is better; decides the direction when it is monitored. */
  readonly higherIsBetter: boolean;
  /** @throws DlError `config` for data the metric cannot judge: accuracy of a predicted number */
  accumulator(features: Features): MetricAccumulator;
}

/** A metric that config.ts can name. */
export interface MetricDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  create(options: Options): Metric;
}

/** Declares a metric; its options and their types follow from `defaults`. */
export function defineMetric<const Name extends string, Options extends object>(
  definition: MetricDefinition<Name, Options>,
): MetricDefinition<Name, Options> {
  return definition;
}
