import { DlError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { isMissing, parseNumber } from './parse-value.ts';
import { readCsv } from './read-csv.ts';
import type { Table, TableColumn } from './table.ts';

export interface ReadTableOptions {
  /** One character between the fields; empty takes the one of , ; tab | that is most frequent in the header line. @default '' */
  readonly delimiter?: string;
  /** Columns that hold categories although their values are numbers: postal codes, ids of types. @default [] */
  readonly categories?: readonly string[];
}

/**
 * Reads a table from a CSV or TSV file with a header line. A column in which every value is a decimal number is a number column,
 * any other one holds categories. Empty fields and ? NA N/A NaN null None are missing values.
 * In files with another delimiter than the comma, 3,5 is a number.
 * @throws DlError as `readCsv`, `config` for a name in `categories` that is no column
 */
export async function readTable(file: string, { delimiter = '', categories = [] }: ReadTableOptions = {}): Promise<Table> {
  const records = await readCsv(file, delimiter);
  const unknown = categories.find((name) => !records.header.includes(name));
  if (unknown !== undefined) {
    throw new DlError('config', `data.categories: ${file} has no column ${JSON.stringify(unknown)}.${didYouMean(unknown, records.header)}`);
  }
  const decimalComma = records.delimiter !== ',';
  const columns = records.header.map((name, i) =>
    inferColumn(
      name,
      records.rows.map((row) => row[i]),
      { decimalComma, isCategory: categories.includes(name) },
    ),
  );
  return { name: file, length: records.rows.length, columns, lines: records.lines };
}

function inferColumn(
  name: string,
  fields: readonly string[],
  { decimalComma, isCategory }: { readonly decimalComma: boolean; readonly isCategory: boolean },
): TableColumn {
  const values = new Float64Array(fields.length).fill(Number.NaN);
  for (let i = 0; i < fields.length; i++) {
    if (isMissing(fields[i])) continue;
    const value = isCategory ? undefined : parseNumber(fields[i], decimalComma);
    if (value === undefined) {
      return { name, kind: 'category', values: fields.map((field) => (isMissing(field) ? undefined : field)) };
    }
    values[i] = value;
  }
  return { name, kind: 'number', values };
}
