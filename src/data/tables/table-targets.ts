import { DlError } from '../../core/errors.ts';
import { parseNumber } from './parse-value.ts';
import { rowName, type Table, type TableColumn } from './table.ts';

const maximumNumberClasses = 100;

/** Class numbers `[rows]` and what they are called: texts in alphabetical order, numbers in ascending order. */
export interface ClassTargets {
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/**
 * The classes that a target column names.
 * @throws DlError `data` for a missing value, a single class, or numbers that look like amounts rather than classes
 */
export function readClasses(table: Table, column: TableColumn): ClassTargets {
  const texts = Array.from({ length: table.length }, (_, row) => {
    const value = column.values[row];
    if (value === undefined || Number.isNaN(value)) throw missingTarget(table, column, row);
    return String(value);
  });
  const classNames = [...new Set(texts)].sort(column.kind === 'number' ? (a, b) => Number(a) - Number(b) : undefined);
  const named = `${table.name}: the target ${JSON.stringify(column.name)}`;
  if (classNames.length < 2) throw new DlError('data', `${named} is ${classNames[0]} in every row; at least 2 classes are needed.`);
  if (column.kind === 'number' && (classNames.length > maximumNumberClasses || column.values.some((value) => !Number.isInteger(value)))) {
    const found = `has ${classNames.length} different numbers, such as ${classNames[0]} and ${classNames[1]}`;
    throw new DlError('data', `${named} ${found}: not classes but a number to predict. Type: data.task=regression`);
  }
  const numberOf = new Map(classNames.map((name, i) => [name, i]));
  return { labels: Int32Array.from(texts, (text) => numberOf.get(text) ?? 0), classNames };
}

/**
 * The numbers `[rows]` of a target column.
 * @throws DlError `data` with line and value for what is not a number, and for a column with only one value
 */
export function readNumbers(table: Table, column: TableColumn): Float64Array {
  if (column.kind === 'category') {
    const firstText = (decimalComma: boolean) =>
      column.values.findIndex((value) => value !== undefined && parseNumber(value, decimalComma) === undefined);
    // Which sign the file has is not known here: what is a number with neither is what is wrong.
    const textEitherWay = firstText(true);
    const row = textEitherWay >= 0 ? textEitherWay : firstText(false);
    const value = `${JSON.stringify(column.name)} is ${JSON.stringify(column.values[row])}`;
    throw new DlError('data', `${rowName(table, row)}: the target ${value}, not a number. For classes type: data.task=classification`);
  }
  const missing = column.values.findIndex(Number.isNaN);
  if (missing >= 0) throw missingTarget(table, column, missing);
  if (column.values.every((value) => value === column.values[0])) {
    throw new DlError(
      'data',
      `${table.name}: the target ${JSON.stringify(column.name)} is ${column.values[0]} in every row; nothing can be learned.`,
    );
  }
  return column.values;
}

function missingTarget(table: Table, column: TableColumn, row: number): DlError {
  return new DlError('data', `${rowName(table, row)}: the target ${JSON.stringify(column.name)} is missing. Remove the row or fill it in.`);
}
