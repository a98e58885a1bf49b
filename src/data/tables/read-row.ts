import { readFile } from 'node:fs/promises';
import type { ColumnEncoding } from '../../core/column-encoding.ts';
import { DlError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { RawSample } from '../dataset.ts';
import { fileError } from '../file-error.ts';
import { isMissing, parseNumber } from './parse-value.ts';
import { readCsv } from './read-csv.ts';

/**
 * Reads one row for a model of tables: the first row of a CSV file with a header line, or a JSON object `{ "column": value }`.
 * Every column of the model must be there; its value may be missing (an empty field, null). Other columns are left out.
 * @throws DlError `missing` without the file, `data` for what cannot be read, a missing column, or a text where a number is needed
 */
export async function readRow(file: string, columns: readonly ColumnEncoding[]): Promise<Extract<RawSample, { kind: 'row' }>> {
  const { fields, decimalComma } = file.toLowerCase().endsWith('.json') ? await readJson(file) : await readFirstRow(file);
  const values = columns.map((column) => ({ column: column.name, value: readValue(file, fields, column, decimalComma) }));
  return { kind: 'row', values };
}

interface Fields {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly decimalComma: boolean;
}

async function readFirstRow(file: string): Promise<Fields> {
  const { header, rows, delimiter } = await readCsv(file);
  return { fields: new Map(header.map((name, i) => [name, rows[0][i]])), decimalComma: delimiter !== ',' };
}

async function readJson(file: string): Promise<Fields> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw fileError(file, error);
    throw new DlError('data', `${file} is not JSON: ${error.message}.`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DlError('data', `${file} must hold one object of the form { "column": value }.`);
  }
  return { fields: new Map(Object.entries(value)), decimalComma: false };
}

function readValue(
  file: string,
  fields: ReadonlyMap<string, unknown>,
  { name, kind }: ColumnEncoding,
  decimalComma: boolean,
): number | string | undefined {
  if (!fields.has(name)) {
    throw new DlError('data', `${file} has no column ${JSON.stringify(name)}, which the model needs.${didYouMean(name, fields.keys())}`);
  }
  const field = fields.get(name) ?? '';
  if (typeof field === 'object') throw new DlError('data', `${file}: ${JSON.stringify(name)} must be a number or a text.`);
  const text = String(field);
  if (isMissing(text)) return undefined;
  if (kind === 'category') return text;
  const number = parseNumber(text, decimalComma);
  if (number === undefined) throw new DlError('data', `${file}: ${JSON.stringify(name)} is ${JSON.stringify(text)}, not a number.`);
  return number;
}
