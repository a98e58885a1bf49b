import { formatLog, formatNumber } from '../../core/format.ts';
import type { CompressionRow } from '../compression-result.ts';

/** Decides whether a recipe has made its model too bad. */
export class DropGuard {
  readonly #maxDrop: number;
  readonly #metric: string;
  readonly #higherIsBetter: boolean;

  /** @param maxDrop points of an accuracy, per cent of another metric */
  constructor(maxDrop: number, metric: string, higherIsBetter: boolean) {
    this.#maxDrop = maxDrop;
    this.#metric = metric;
    this.#higherIsBetter = higherIsBetter;
  }

  /** @returns why the last of the rows is too bad, against the first; undefined where it is good enough */
  objection(rows: readonly CompressionRow[]): string | undefined {
    const [first, last] = [rows[0].value, rows[rows.length - 1].value];
    const worse = this.#higherIsBetter ? first - last : last - first;
    const isAccuracy = /accuracy$/i.test(this.#metric);
    const drop = 100 * (isAccuracy ? worse : worse / Math.abs(first));
    // What rounding in the last place does is no drop; NaN is one.
    if (drop <= this.#maxDrop + 1e-9) return undefined;
    const allowed = `${formatNumber(this.#maxDrop, 1)} ${isAccuracy ? 'points' : '%'} are allowed (maxDrop)`;
    return `${this.#metric} went from ${formatLog(this.#metric, first)} to ${formatLog(this.#metric, last)} after ${rows[rows.length - 1].step}, ${allowed}`;
  }
}
