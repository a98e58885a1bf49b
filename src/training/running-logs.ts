import type { Logs } from '../callbacks/callback.ts';
import { DlError } from '../core/errors.ts';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Metric, MetricAccumulator } from '../metrics/metric.ts';
import type { BatchResult } from './train-step.ts';

/** Loss and metrics over the samples seen so far: each sample counts alike, however the batches were cut. */
export class RunningLogs {
  /** Samples seen since the last reset. */
  samples = 0;
  #lossSum = 0;
  /** What a step of one's own measured beside. */
  readonly #others = new Map<string, { sum: number; samples: number }>();
  readonly #metrics: readonly { readonly name: string; readonly accumulator: MetricAccumulator }[];

  constructor(metrics: readonly Metric[], features: Features) {
    this.#metrics = metrics.map((metric) => ({ name: metric.name, accumulator: metric.accumulator(features) }));
  }

  /** Whether the predictions are looked at; without metrics they need not be fetched. */
  get needsPredictions(): boolean {
    return this.#metrics.length > 0;
  }

  /** @throws DlError `config` for a step that gives a log the name of the loss or of a metric */
  update({ targets, size }: Batch, { loss, predictions, logs = {} }: BatchResult): void {
    this.samples += size;
    this.#lossSum += loss * size;
    for (const [key, value] of Object.entries(logs)) this.#add(key, value, size);
    if (predictions === undefined) return;
    for (const { accumulator } of this.#metrics) accumulator.update(targets, predictions, size);
  }

  /**
   * What was measured so far. A metric is computed when its key is read (then it stays): after most steps nobody reads them,
   * and those that rank all samples take their time. To keep logs, read them at once, or copy them: `{ ...logs }`.
   * @param prefix put before each key: `val_`
   */
  result(prefix = ''): Logs {
    const logs: Record<string, number> = { [`${prefix}loss`]: this.#lossSum / this.samples };
    for (const [key, { sum, samples }] of this.#others) logs[prefix + key] = sum / samples;
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
    return { samples: this.samples, lossSum: this.#lossSum, others: Object.fromEntries(this.#others), metrics: states };
  }

  loadStateDict(state: unknown): void {
    type Others = Record<string, { sum: number; samples: number }>;
    const saved = state as { samples: number; lossSum: number; others?: Others; metrics: unknown[] };
    this.samples = saved.samples;
    this.#lossSum = saved.lossSum;
    this.#others.clear();
    for (const [key, other] of Object.entries(saved.others ?? {})) this.#others.set(key, { ...other });
    this.#metrics.forEach(({ accumulator }, i) => {
      accumulator.loadStateDict?.(saved.metrics[i]);
    });
  }

  reset(): void {
    this.samples = 0;
    this.#lossSum = 0;
    this.#others.clear();
    for (const { accumulator } of this.#metrics) accumulator.reset();
  }

  #add(key: string, value: number, size: number): void {
    if (key === 'loss' || this.#metrics.some(({ name }) => name === key)) {
      throw new DlError('config', `A step returned logs with the key ${key}, which the trainer has itself. Give it another name.`);
    }
    const other = this.#others.get(key) ?? { sum: 0, samples: 0 };
    this.#others.set(key, { sum: other.sum + value * size, samples: other.samples + size });
  }
}
