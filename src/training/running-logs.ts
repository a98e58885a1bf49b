import type { Logs } from '../callbacks/callback.ts';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Metric, MetricAccumulator } from '../metrics/metric.ts';
import type { BatchResult } from './train-step.ts';

/** Loss and metrics over the samples seen so far: each sample counts alike, however the batches were cut. */
export class RunningLogs {
  /** Samples seen since the last reset. */
  samples = 0;
  #lossSum = 0;
  readonly #metrics: readonly { readonly name: string; readonly accumulator: MetricAccumulator }[];

  constructor(metrics: readonly Metric[], features: Features) {
    this.#metrics = metrics.map((metric) => ({ name: metric.name, accumulator: metric.accumulator(features) }));
  }

  /** Whether the predictions are looked at; without metrics they need not be fetched. */
  get needsPredictions(): boolean {
    return this.#metrics.length > 0;
  }

  update({ targets, size }: Batch, { loss, predictions }: BatchResult): void {
    this.samples += size;
    this.#lossSum += loss * size;
    if (predictions === undefined) return;
    for (const { accumulator } of this.#metrics) accumulator.update(targets, predictions, size);
  }

  /**
   * What was measured so far. A metric is computed when its key is read (then it stays): after most steps nobody reads them,
   * and those that rank all samples take their time. To keep logs, read them at once, or copy them: `{ ...logs }`.
   * @param prefix put before each key: `val_`
   */
  result(prefix = ''): Logs {
    const logs = { [`${prefix}loss`]: this.#lossSum / this.samples };
    for (const { name, accumulator } of this.#metrics) {
      let value: number | undefined;
      Object.defineProperty(logs, prefix + name, { enumerable: true, get: () => (value ??= accumulator.result()) }); // biome-ignore format: one line
    }
    return logs;
  }

  /** What was added up so far; undefined where a metric cannot tell. */
  stateDict(): unknown {
    const states = this.#metrics.map(({ accumulator }) => accumulator.stateDict?.());
    if (states.includes(undefined)) return undefined;
    return { samples: this.samples, lossSum: this.#lossSum, metrics: states };
  }

  loadStateDict(state: unknown): void {
    const saved = state as { samples: number; lossSum: number; metrics: unknown[] };
    this.samples = saved.samples;
    this.#lossSum = saved.lossSum;
    this.#metrics.forEach(({ accumulator }, i) => {
      accumulator.loadStateDict?.(saved.metrics[i]);
    });
  }

  reset(): void {
    this.samples = 0;
    this.#lossSum = 0;
    for (const { accumulator } of this.#metrics) accumulator.reset();
  }
}
