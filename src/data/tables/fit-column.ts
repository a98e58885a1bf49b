import type { ColumnEncoding } from '../../core/column-encoding.ts';
import { DlError } from '../../core/errors.ts';
import type { TableColumn } from './table.ts';

/** How missing values and rare categories are encoded; all of it is learnt from the training rows. */
export interface FitColumnOptions {
  /**
   * What stands in for a missing number: its mean, its median, its most frequent value, or `missingValue`. A missing category is the most frequent
   * one with `mostFrequent`, else none. @default 'mean'
   */
  readonly missing?: 'mean' | 'median' | 'mostFrequent' | 'constant';
  /** For `missing: 'constant'`. @default 0 */
  readonly missingValue?: number;
  /** One more input for each column with missing values: 1 where the value is missing. @default false */
  readonly missingIndicator?: boolean;
  /** Categories with fewer training rows share one input, `other`, with those never seen; 0: each has its own, and one never seen gives all 0. @default 0 */
  readonly rareBelow?: number;
}

const maximumCategories = 1000;
const fewRows = 20;

/**
 * Learns from the rows at `positions` how a column becomes inputs: mean and standard deviation of a number column (a constant column gets
 * deviation 1, so that it becomes 0), the categories of any other, and what stands in for missing values.
 * @throws DlError `data` for a column whose texts are a name or an id rather than categories
 */
export function fitColumn(column: TableColumn, positions: Uint32Array, options: FitColumnOptions = {}): ColumnEncoding {
  return column.kind === 'number' ? fitNumber(column, positions, options) : fitCategory(column, positions, options);
}

function fitNumber(
  { name, values }: Extract<TableColumn, { kind: 'number' }>,
  positions: Uint32Array,
  { missing = 'mean', missingValue = 0, missingIndicator = false }: FitColumnOptions,
): ColumnEncoding {
  const scaling = meanAndDeviation(positions, values);
  const present = Float64Array.from(positions, (position) => values[position]).filter((value) => !Number.isNaN(value));
  const fill =
    missing === 'mean' ? undefined : missing === 'constant' ? missingValue : missing === 'median' ? median(present) : mode(present);
  return {
    name,
    kind: 'number',
    ...scaling,
    ...(fill !== undefined && { fill }),
    ...(missingIndicator && present.length < positions.length && { indicator: true }),
  };
}

function fitCategory(
  { name, values }: Extract<TableColumn, { kind: 'category' }>,
  positions: Uint32Array,
  { missing = 'mean', missingIndicator = false, rareBelow = 0 }: FitColumnOptions,
): ColumnEncoding {
  const counts = new Map<string, number>();
  let present = 0;
  for (const position of positions) {
    const value = values[position];
    if (value === undefined) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    present++;
  }
  const categories = [...counts.keys()].filter((category) => (counts.get(category) ?? 0) >= rareBelow).sort();
  if (categories.length > maximumCategories || (present > fewRows && counts.size > 0.95 * present)) {
    const found = `${counts.size} different texts in ${present} training rows`;
    const why =
      counts.size > 0.95 * present
        ? 'nothing can be learned from what is different in every row'
        : `at most ${maximumCategories} make categories`;
    throw new DlError(
      'data',
      `Column ${JSON.stringify(name)} has ${found}; ${why}. If it is a name or an id, leave it out: data.ignore=${name}`,
    );
  }
  const fill = missing === 'mostFrequent' && present > 0 ? mostFrequent(counts) : undefined;
  return {
    name,
    kind: 'category',
    categories,
    ...(categories.length < counts.size && { other: true }),
    ...(fill !== undefined && { fill }),
    ...(missingIndicator && present < positions.length && { indicator: true }),
  };
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

/** Of an even number the mean of the two in the middle; undefined of none. */
function median(values: Float64Array): number | undefined {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : sorted.length > 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : undefined;
}

/** The smallest of the most frequent numbers, as scikit-learn takes it; undefined of none. */
function mode(values: Float64Array): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values.slice().sort()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts.size > 0 ? mostFrequent(counts) : undefined;
}

/** The first of equals; of texts the first in the alphabet. */
function mostFrequent<T extends number | string>(counts: ReadonlyMap<T, number>): T {
  return [...counts.entries()].reduce((best, entry) =>
    entry[1] > best[1] || (entry[1] === best[1] && entry[0] < best[0]) ? entry : best,
  )[0];
}
