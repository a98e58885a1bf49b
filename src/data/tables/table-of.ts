import type { Table, TableColumn } from './table.ts';

/** A table from rows as objects: all have the keys of the first; a column with a text in it holds categories. */
export function tableOf(name: string, rows: readonly Readonly<Record<string, number | string | undefined>>[]): Table {
  const columns = Object.keys(rows[0] ?? {}).map((column): TableColumn => {
    const values = rows.map((row) => row[column]);
    return values.some((value) => typeof value === 'string')
      ? { name: column, kind: 'category', values: values.map((value) => (value === undefined ? undefined : String(value))) }
      : { name: column, kind: 'number', values: Float64Array.from(values, (value) => Number(value ?? Number.NaN)) };
  });
  return { name, length: rows.length, columns };
}
