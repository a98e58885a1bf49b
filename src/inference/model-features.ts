import { type ColumnEncoding, countInputs } from '../core/column-encoding.ts';
import { DlError } from '../core/errors.ts';

/** What the file says of the samples and the answers; as `Features` of `dl-project/data`, checked. */
export interface ModelFeatures {
  readonly task: 'classification' | 'regression';
  /** `[height, width, channels]` or `[columns]`, after preprocessing. */
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** Class names; or the names of the predicted numbers. */
  readonly outputNames: readonly string[];
  readonly preprocessing:
    | { readonly kind: 'scale'; readonly scale: number; readonly offset: number }
    | { readonly kind: 'columns'; readonly columns: readonly ColumnEncoding[] };
  /** Grey images: how the edges of the training images are, where that is clear; `fitImage` makes pictures alike. */
  readonly background?: 'dark' | 'light';
  readonly targetScaling?: { readonly mean: number; readonly deviation: number };
}

/** @throws DlError `file` where the file's description of its data cannot be used */
export function checkFeatures(value: unknown): ModelFeatures {
  const features = asObject(value, 'features');
  const { task, inputShape, outputs, outputNames, background, targetScaling } = features;
  if (task !== 'classification' && task !== 'regression') throw damaged(`the task ${JSON.stringify(task)} is not known`);
  if (!Array.isArray(inputShape) || !inputShape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw damaged(`the input shape is ${JSON.stringify(inputShape)}`);
  }
  const classes = task === 'classification' && outputs === 1 ? 2 : outputs;
  if (!Array.isArray(outputNames) || outputNames.length !== classes || !outputNames.every((name) => typeof name === 'string')) {
    throw damaged(`it has ${outputs} outputs, but their names are ${JSON.stringify(outputNames)?.slice(0, 100)}`);
  }
  if (background !== undefined && background !== 'dark' && background !== 'light')
    throw damaged(`the background is ${JSON.stringify(background)}`);
  if (targetScaling !== undefined) checkNumbers(asObject(targetScaling, 'targetScaling'), 'mean', 'deviation');
  checkPreprocessing(asObject(features.preprocessing, 'preprocessing'), inputShape);
  return features as unknown as ModelFeatures;
}

function checkPreprocessing(preprocessing: Record<string, unknown>, inputShape: readonly number[]): void {
  if (preprocessing.kind === 'scale') {
    checkNumbers(preprocessing, 'scale', 'offset');
    return;
  }
  if (preprocessing.kind !== 'columns' || !Array.isArray(preprocessing.columns)) {
    throw damaged(`the preprocessing ${JSON.stringify(preprocessing.kind)} is not known`);
  }
  for (const item of preprocessing.columns) checkColumn(asObject(item, 'a column'));
  const inputs = countInputs(preprocessing.columns);
  if (inputShape.length !== 1 || inputShape[0] !== inputs)
    throw damaged(`its columns make ${inputs} inputs, its input shape is [${inputShape}]`);
}

function checkColumn(column: Record<string, unknown>): void {
  const { name, kind, categories, fill, other, indicator } = column;
  if (typeof name !== 'string') throw damaged('a column has no name');
  const isCategory = kind === 'category' && Array.isArray(categories) && categories.every((one) => typeof one === 'string');
  if (kind !== 'number' && !isCategory) throw damaged(`the column ${JSON.stringify(name)} is neither a number nor a category`);
  if (kind === 'number') checkNumbers(column, 'mean', 'deviation');
  const fillFits = fill === undefined || (isCategory ? typeof fill === 'string' : Number.isFinite(fill));
  const switchesFit = [other, indicator].every((one) => one === undefined || typeof one === 'boolean');
  if (!fillFits || !switchesFit) throw damaged(`the column ${JSON.stringify(name)} says in an unknown way what is missing or other`);
}

function checkNumbers(object: Record<string, unknown>, ...keys: string[]): void {
  for (const key of keys) if (!Number.isFinite(object[key])) throw damaged(`${key} is ${JSON.stringify(object[key])}`);
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw damaged(`${what} is missing`);
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a sound model file: in its features ${what}.`);
}
