/** How a raw column of a table row becomes inputs. Plain JSON: it is saved with the model, and both training and the engine encode by it. */
export type ColumnEncoding =
  /** input = (raw - mean) / deviation. */
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly mean: number;
      readonly deviation: number;
      /** What stands in for a missing value. @default the mean, so that the input is 0 */
      readonly fill?: number;
      /** One more input, 1 where the value is missing. @default false */
      readonly indicator?: boolean;
    }
  /** One input per category, 1 where it is the raw value (one-hot). */
  | {
      readonly name: string;
      readonly kind: 'category';
      readonly categories: readonly string[];
      /** One more input, 1 for every other value, rare or never seen. @default false: such a value gives all 0 */
      readonly other?: boolean;
      /** The category that stands in for a missing value. @default none: all 0 */
      readonly fill?: string;
      /** One more input, 1 where the value is missing. @default false */
      readonly indicator?: boolean;
    };

/** Number of inputs that a row becomes. */
export function countInputs(columns: readonly ColumnEncoding[]): number {
  return columns.reduce((sum, column) => sum + widthOf(column) + (column.indicator ? 1 : 0), 0);
}

function widthOf(column: ColumnEncoding): number {
  return column.kind === 'number' ? 1 : column.categories.length + (column.other ? 1 : 0);
}

/**
 * Writes the inputs of one raw row into `inputs` from `offset` on; they must be 0 before.
 * @param rawValue the raw value of column i, a number where the column is one; undefined is a missing one
 */
export function encodeRow(
  columns: readonly ColumnEncoding[],
  rawValue: (column: number) => number | string | undefined,
  inputs: Float32Array,
  offset = 0,
): void {
  let at = offset;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    const raw = rawValue(i);
    const value = raw ?? column.fill;
    if (column.kind === 'number') {
      if (value !== undefined) inputs[at] = (Number(value) - column.mean) / column.deviation;
    } else if (value !== undefined) {
      const category = column.categories.indexOf(String(value));
      if (category >= 0) inputs[at + category] = 1;
      else if (column.other) inputs[at + column.categories.length] = 1;
    }
    at += widthOf(column);
    if (column.indicator) inputs[at++] = raw === undefined ? 1 : 0;
  }
}
