import { type ColumnEncoding, encodeRow } from '../core/column-encoding.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { ModelFeatures } from './model-features.ts';

/**
 * One raw sample: the pixel values of an image in the order `[height, width, channels]` (0 to 255), or a table row as the
 * values of its columns in order, or by name. A missing value of a row is undefined or null.
 */
export type RawSample = ArrayLike<number> | readonly RawValue[] | Readonly<Record<string, RawValue>>;

type RawValue = number | string | null | undefined;

/**
 * Writes the model's inputs of one raw sample into `inputs`, from `offset` on; they must be 0 before.
 *
 * @param position number of the sample in its batch, for errors
 * @throws DlError `shape` for a wrong number of values, `data` for a value that is no number or a column that is not there
 */
export function preprocess(sample: RawSample, features: ModelFeatures, inputs: Float32Array, offset: number, position: number): void {
  const { preprocessing, inputShape } = features;
  if (preprocessing.kind === 'columns') {
    const { columns } = preprocessing;
    const read = rowReader(sample, columns, position);
    encodeRow(columns, (column) => checkValue(read(column), columns[column], position), inputs, offset);
    return;
  }
  const values = sample as ArrayLike<number>;
  const size = inputShape.reduce((a, b) => a * b, 1);
  if (typeof values !== 'object' || values === null || values.length !== size) {
    const came = `Sample ${position} ${describe(sample)}; this model takes ${size} numbers, ${shapeText(inputShape)}.`;
    throw new DlError('shape', `${came}${howToFlatten(sample, size)}`);
  }
  for (let i = 0; i < size; i++) {
    const value = values[i];
    if (!isFloat32(value)) {
      throw new DlError('data', `Value ${i} of sample ${position} is ${shown(value)}; it must be a number.`);
    }
    inputs[offset + i] = value * preprocessing.scale + preprocessing.offset;
  }
}

/** Reads the raw value of a column, from a list or by name. */
function rowReader(sample: RawSample, columns: readonly ColumnEncoding[], position: number): (column: number) => RawValue {
  if (typeof sample !== 'object' || sample === null) {
    throw new DlError('shape', `Sample ${position} ${describe(sample)}; this model takes rows of ${namesOf(columns)}.`);
  }
  if (Array.isArray(sample) || ArrayBuffer.isView(sample)) {
    const row = sample as readonly RawValue[];
    if (row.length === columns.length) return (column) => row[column];
    throw new DlError('shape', `Sample ${position} has ${row.length} values; this model takes ${columns.length}: ${namesOf(columns)}.`);
  }
  const row = sample as Readonly<Record<string, RawValue>>;
  const names = columns.map(({ name }) => name);
  const unknown = Object.keys(row).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw new DlError(
      'data',
      `Sample ${position} has ${JSON.stringify(unknown)}, which is no column.${didYouMean(unknown, names)} Columns: ${namesOf(columns)}.`,
    );
  }
  return (column) => (Object.hasOwn(row, names[column]) ? row[names[column]] : undefined);
}

/** The value of a column, undefined where it is missing. @throws DlError `data` for a text in place of a number */
function checkValue(value: RawValue, column: ColumnEncoding, position: number): number | string | undefined {
  if (value === undefined || value === null || column.kind === 'category') return value ?? undefined;
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (isFloat32(number)) return number;
  throw new DlError(
    'data',
    `${column.name} of sample ${position} is ${shown(value)}; it must be a number, or undefined where it is missing.`,
  );
}

/** A number that the model can compute with: what is larger becomes infinity there, and the answer NaN. */
function isFloat32(value: number): boolean {
  return Number.isFinite(value) && Number.isFinite(Math.fround(value));
}

function shown(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}, more than 32 bits hold` : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  return cut(JSON.stringify(value) ?? String(value));
}

/** Values may be of any length: a file that was read as text. */
function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function namesOf(columns: readonly ColumnEncoding[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 3 ? `[height ${shape[0]}, width ${shape[1]}, channels ${shape[2]}] row after row` : `[${shape.join(', ')}]`;
}

function describe(sample: unknown): string {
  if (typeof sample === 'string') return `is the text ${shown(sample)}`;
  if (typeof sample !== 'object' || sample === null) return `is ${String(sample)}`;
  const { length } = sample as { length?: number };
  if (typeof length !== 'number') return 'is no list of values';
  return Array.isArray(sample) && Array.isArray(sample[0]) ? `is a list of ${length} lists` : `has ${length} values`;
}

/** What to type where rows are lists in a list, or the samples are one that stands outside of a list. */
function howToFlatten(sample: unknown, size: number): string {
  if (Array.isArray(sample) && Array.isArray(sample[0])) return ' Make one list of it: sample.flat(Infinity).';
  return typeof sample === 'number' && size > 1 ? ' For a single sample: predict([sample]).' : '';
}

/** @throws DlError `usage` for samples that are not in a list */
export function checkSamples(samples: unknown): void {
  if (!Array.isArray(samples)) throw new DlError('usage', 'predict takes a list of samples; for a single one: predict([sample]).');
}

/** @throws DlError `usage` for inputs that are no typed array */
export function checkInputs(inputs: unknown): void {
  if (ArrayBuffer.isView(inputs) && 'subarray' in inputs) return;
  const came = Array.isArray(inputs) ? 'a list' : inputs === null ? 'null' : typeof inputs;
  throw new DlError('usage', `compute takes the inputs as a Float32Array; got ${came}. Of a list: Float32Array.from(list.flat(Infinity)).`);
}
