/** Rows and typed columns, before any preprocessing. */
export interface Table {
  /** Where it comes from, for errors: a file or the name of a built-in table. */
  readonly name: string;
  /** Number of rows. */
  readonly length: number;
  readonly columns: readonly TableColumn[];
  /** The line of the file on which each row ends, for errors; absent for tables that are not from a file. */
  readonly lines?: readonly number[];
}

export type TableColumn =
  /** NaN is a missing value. */
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  /** `undefined` is a missing value. */
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly (string | undefined)[] };

/** How a row is called in an error: by its line where there is one. */
export function rowName(table: Table, row: number): string {
  return table.lines ? `${table.name}, line ${table.lines[row]}` : `${table.name}, row ${row}`;
}
