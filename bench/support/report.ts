import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { textTable } from '../../src/core/text-table.ts';

/** One measured thing. */
export interface Measurement {
  /** What was measured: `lenet5, wasm`. */
  readonly case: string;
  /** With its unit: `images/s`. */
  readonly metric: string;
  readonly ours: number;
  /** The same, measured of somebody else in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** @default true */
  readonly higherIsBetter?: boolean;
  /** What `ours` has to reach (or to stay under, where lower is better). */
  readonly target?: number;
  /** How many times as good as the peer ours has to be. */
  readonly targetRatio?: number;
}

/** As stored in `bench/results/<suite>.json`. */
export interface ReportRow {
  readonly suite: string;
  readonly case: string;
  readonly metric: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** How many times as good as the peer: at least 1 always means ours is at least as good. */
  readonly ratio: number | null;
  /** `ours >= 2000` or `ratio >= 1`; null where there is none. */
  readonly target: string | null;
  readonly holds: boolean | null;
}

/** Collects the measurements of a suite, prints them as a table and writes them to `bench/results/<suite>.json`. */
export class Report {
  readonly suite: string;
  readonly #rows: ReportRow[] = [];

  constructor(suite: string) {
    this.suite = suite;
  }

  get rows(): readonly ReportRow[] {
    return this.#rows;
  }

  add(measurement: Measurement): void {
    const { ours, peer, target, targetRatio, higherIsBetter = true } = measurement;
    const ratio = peer ? round(higherIsBetter ? ours / peer.value : peer.value / ours) : null;
    const reached = target === undefined || (higherIsBetter ? ours >= target : ours <= target);
    const asGood = targetRatio === undefined || (ratio !== null && ratio >= targetRatio);
    const targets = [
      target === undefined ? [] : `ours ${higherIsBetter ? '>=' : '<='} ${target}`,
      targetRatio === undefined ? [] : `ratio >= ${targetRatio}`,
    ].flat();
    this.#rows.push({
      suite: this.suite,
      case: measurement.case,
      metric: measurement.metric,
      ours: round(ours),
      peer: peer ? round(peer.value) : null,
      peerName: peer?.name ?? null,
      ratio,
      target: targets.join(' and ') || null,
      holds: targets.length > 0 ? reached && asGood : null,
    });
  }

  /** For people. */
  toString(): string {
    const columns = ['case', 'metric', 'ours', 'peer', 'ratio', 'target', 'holds'];
    return textTable(
      columns.map((title, i) => ({ title, align: i < 2 || i > 4 ? 'left' : 'right' })),
      this.#rows.map((row) => [
        row.case,
        row.metric,
        String(row.ours),
        row.peer === null ? '' : `${row.peer} ${row.peerName}`,
        row.ratio === null ? '' : `${row.ratio.toFixed(2)} x`,
        row.target ?? '',
        row.holds === null ? '' : row.holds ? 'yes' : 'NO',
      ]),
    );
  }

  /** Rows of an earlier run stay, unless they were measured again now. */
  write(folder: URL): void {
    if (this.#rows.length === 0) return;
    const file = new URL(`${this.suite}.json`, folder);
    const key = (row: ReportRow) => JSON.stringify([row.case, row.metric, row.peerName]);
    const measured = new Set(this.#rows.map(key));
    const rows = [...readRows(file).filter((row) => !measured.has(key(row))), ...this.#rows];
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  }
}

function readRows(file: URL): ReportRow[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReportRow[];
  } catch {
    return [];
  }
}

/** Four digits: more would be noise, and change with every run. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
