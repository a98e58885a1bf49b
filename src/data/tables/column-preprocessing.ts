import { DlError } from '../../core/errors.ts';
import type { ColumnPreprocessing } from '../features.ts';
import type { TableColumn } from './table.ts';

const maximumCategories = 1000;

/**
 * Learns from the rows at `positions` how a column becomes inputs: mean and standard deviation of a number column (a constant column gets
 * deviation 1, so that it becomes 0), the categories of any other.
 * @throws DlError `data` for a column of more than 1,000 categories, which is a name or an id rather than a category
 */
export function fitColumn(column: TableColumn, positions: Uint32Array): ColumnPreprocessing {
  const { name } = column;
  if (column.kind === 'number') return { name, kind: 'number', ...meanAndDeviation(positions, column.values) };
  const seen = new Set<string>();
  for (const position of positions) {
    const value = column.values[position];
    if (value !== undefined) seen.add(value);
  }
  if (seen.size > maximumCategories) {
    const count = `Column ${JSON.stringify(name)} has ${seen.size} different texts; at most ${maximumCategories} make categories`;
    throw new DlError('data', `${count}. If it is a name or an id, leave it out: data.ignore=${name}`);
  }
  return { name, kind: 'category', categories: [...seen].sort() };
}

/** Mean and population standard deviation of the values at `positions`, NaN left out; deviation 1 where all are equal. */
export function meanAndDeviation(positions: Uint32Array, values: ArrayLike<number>): { mean: number; deviation: number } {
  let count = 0;
  let mean = 0;
  let squares = 0; // Welford (1962): exact for large means, no second pass
  for (const position of positions) {
    const value = values[position];
    if (Number.isNaN(value)) continue;
    const change = value - mean;
    mean += change / ++count;
    squares += change * (value - mean);
  }
  return { mean, deviation: Math.sqrt(squares / (count || 1)) || 1 };
}

/** Number of inputs that a row becomes. */
export function countInputs(columns: readonly ColumnPreprocessing[]): number {
  return columns.reduce((sum, column) => sum + (column.kind === 'number' ? 1 : column.categories.length), 0);
}

/**
 * Writes the inputs of one raw row into `inputs` from `offset` on; they must be 0 before.
 * @param rawValue the raw value of column i; undefined is a missing one
 */
export function encodeRow(
  columns: readonly ColumnPreprocessing[],
  rawValue: (column: number) => number | string | undefined,
  inputs: Float32Array,
  offset = 0,
): void {
  let at = offset;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    const value = rawValue(i);
    if (column.kind === 'number') {
      if (value !== undefined) inputs[at] = (Number(value) - column.mean) / column.deviation;
      at++;
    } else {
      const category = value === undefined ? -1 : column.categories.indexOf(String(value));
      if (category >= 0) inputs[at + category] = 1;
      at += column.categories.length;
    }
  }
}
