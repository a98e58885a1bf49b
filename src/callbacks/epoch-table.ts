import { formatCount, formatLog } from '../core/format.ts';
import type { Logs } from './callback.ts';

const gap = '   ';
const bestMark = 'best';
/** `100.0 %`, `1.00e-5`: the widest values that are usual. */
const valueWidth = 7;

export interface EpochTableOptions {
  /** The keys that the logs will have, in their order. */
  readonly logKeys: readonly string[];
  /** The one that decides which epoch is best: the last to go where space is short. */
  readonly monitorKey: string;
  readonly epochs: number;
  /** `images/s` */
  readonly rateTitle: string;
  /** Characters in a line. */
  readonly width: number;
}

/** The table of the epochs, printed row by row: the widths are set before the first. */
export class EpochTable {
  readonly #epochs: number;
  readonly #columns: readonly { readonly key: string; readonly width: number }[];
  readonly #epochWidth: number;
  readonly #rateTitle: string;

  constructor({ logKeys, monitorKey, epochs, rateTitle, width }: EpochTableOptions) {
    this.#epochs = epochs;
    this.#rateTitle = rateTitle;
    this.#epochWidth = Math.max('epoch'.length, `${epochs}/${epochs}`.length);
    const columns = [...logKeys, rateTitle].map((key) => ({ key, width: Math.max(key.length, valueWidth) }));
    const needed = () =>
      columns.reduce((sum, column) => sum + gap.length + column.width, this.#epochWidth + 2 + gap.length + bestMark.length);
    // The least telling first: how the training data was answered, then the rate, then other metrics.
    const dispensable = [...logKeys.filter((key) => !key.startsWith('val_') && key !== 'loss'), rateTitle, ...logKeys];
    for (const key of dispensable) {
      if (needed() <= width) break;
      const position = columns.findIndex((column) => column.key === key);
      if (key !== monitorKey && position >= 0) columns.splice(position, 1);
    }
    this.#columns = columns;
  }

  header(): string {
    return this.#line('epoch', (key) => key);
  }

  /** @param rate samples per second; undefined where no step was taken */
  row(epoch: number, logs: Logs, rate: number | undefined, best: boolean): string {
    const cell = (key: string) => {
      if (key in logs) return formatLog(key, logs[key]);
      return key === this.#rateTitle && rate !== undefined ? formatCount(rate) : '-';
    };
    const line = this.#line(`${epoch + 1}/${this.#epochs}`, cell);
    return best ? `${line}${gap}${bestMark}` : line;
  }

  #line(epoch: string, cell: (key: string) => string): string {
    const cells = this.#columns.map(({ key, width }) => cell(key).padStart(width));
    return `  ${[epoch.padStart(this.#epochWidth), ...cells].join(gap)}`;
  }
}
