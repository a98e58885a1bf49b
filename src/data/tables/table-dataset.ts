import { type ColumnEncoding, countInputs, encodeRow } from '../../core/column-encoding.ts';
import type { Batch, Dataset, RawSample } from '../dataset.ts';
import type { Features } from '../features.ts';
import type { Table, TableColumn } from './table.ts';

export interface TableDatasetOptions {
  readonly table: Table;
  /** The rows of the table that belong to the dataset, in its order. */
  readonly rows: Uint32Array;
  readonly features: Features;
  /** How the columns become inputs, in order; the table has a column of each name. */
  readonly columns: readonly ColumnEncoding[];
  /** One entry per row of the dataset: class numbers, or scaled numbers. */
  readonly targets: Int32Array | Float32Array;
}

/** Rows of a table, encoded once, when it is made. */
export class TableDataset implements Dataset {
  readonly features: Features;
  readonly labels: Int32Array | undefined;
  readonly #targets: Int32Array | Float32Array;
  readonly #inputs: Float32Array;
  readonly #inputCount: number;
  readonly #columns: readonly TableColumn[];
  readonly #rows: Uint32Array;

  constructor({ table, rows, features, columns, targets }: TableDatasetOptions) {
    this.features = features;
    this.labels = targets instanceof Int32Array ? targets : undefined;
    this.#targets = targets;
    this.#rows = rows;
    const byName = new Map(table.columns.map((column) => [column.name, column]));
    this.#columns = columns.map(({ name }) => byName.get(name) as TableColumn);
    this.#inputCount = countInputs(columns);
    this.#inputs = new Float32Array(rows.length * this.#inputCount);
    for (let i = 0; i < rows.length; i++) encodeRow(columns, (column) => this.#value(column, i), this.#inputs, i * this.#inputCount);
  }

  get length(): number {
    return this.#rows.length;
  }

  get(indices: ArrayLike<number>): Batch {
    const size = indices.length;
    const width = this.#inputCount;
    const inputs = new Float32Array(size * width);
    const targets = this.labels ? new Int32Array(size) : new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const from = indices[i] * width;
      for (let j = 0; j < width; j++) inputs[i * width + j] = this.#inputs[from + j];
      targets[i] = this.#targets[indices[i]];
    }
    return { size, inputs, targets };
  }

  raw(index: number): RawSample {
    return { kind: 'row', values: this.#columns.map(({ name }, i) => ({ column: name, value: this.#value(i, index) })) };
  }

  #value(column: number, index: number): number | string | undefined {
    const value = this.#columns[column].values[this.#rows[index]];
    return Number.isNaN(value) ? undefined : value;
  }
}
