import { countInputs } from '../../core/column-encoding.ts';
import { DlError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataSource, LoadContext } from '../define-dataset.ts';
import type { Features } from '../features.ts';
import { splitPositions } from '../split.ts';
import { type FitColumnOptions, fitColumn, meanAndDeviation } from './fit-column.ts';
import type { Table, TableColumn } from './table.ts';
import { TableDataset } from './table-dataset.ts';
import { type ClassTargets, readClasses, readNumbers } from './table-targets.ts';

export interface FitTableOptions extends FitColumnOptions {
  /** The column to predict. */
  readonly target: string;
  /** `classification`: its values are classes; `regression`: numbers. */
  readonly task: 'classification' | 'regression';
  /** Share of the rows kept for the test; the same rows for every seed. @default 0.2 */
  readonly testSplit?: number;
  /** Columns to leave out, such as names and ids. @default [] */
  readonly ignore?: readonly string[];
}

/**
 * Makes a table ready to learn from: splits the test rows off, fits the preprocessing on the training rows alone (neither on those of the
 * validation nor of the test), and encodes: numbers as (value - mean) / deviation, categories one-hot, missing values as the options say.
 * @throws DlError `data` for a table that cannot be learned from, `config` for options that do not fit it
 */
export function fitTable(
  table: Table,
  { target, task, testSplit = 0.2, ignore = [], ...columnOptions }: FitTableOptions,
  context: Pick<LoadContext, 'split'>,
): DataSource {
  if (!(testSplit > 0 && testSplit < 1)) throw new DlError('config', `data.testSplit is ${testSplit}; it must be above 0 and below 1.`);
  if (task !== 'classification' && task !== 'regression') {
    throw new DlError('config', `data.task is ${JSON.stringify(task)}; it must be "classification" or "regression".`);
  }
  checkColumnOptions(columnOptions);
  const targetColumn = findColumn(table, target, 'data.target');
  for (const name of ignore) findColumn(table, name, 'data.ignore');
  const inputs = table.columns.filter((column) => column !== targetColumn && !ignore.includes(column.name));
  if (inputs.length === 0) throw new DlError('data', `${table.name} has no column besides the target ${JSON.stringify(target)}.`);

  const classes = task === 'classification' ? readClasses(table, targetColumn) : undefined;
  const { train, validation: test } = splitPositions({ length: table.length, labels: classes?.labels }, testSplit, 0, 'test');
  const split = context.split({ length: train.length, labels: classes && pick(classes.labels, train) });
  const fittedOn = pick(train, split.train);

  const columns = inputs.map((column) => fitColumn(column, fittedOn, columnOptions));
  const { targets, ...learned } = classes ? describeClasses(classes) : scaleNumbers(readNumbers(table, targetColumn), target, fittedOn);
  const features: Features = { task, inputShape: [countInputs(columns)], ...learned, preprocessing: { kind: 'columns', columns } };
  const dataset = (rows: Uint32Array) => new TableDataset({ table, rows, features, columns, targets: pick(targets, rows) });
  return { train: dataset(train), test: async () => dataset(test) };
}

function checkColumnOptions({ missing = 'mean', missingValue = 0, rareBelow = 0 }: FitColumnOptions): void {
  const ways = ['mean', 'median', 'mostFrequent', 'constant'];
  if (!ways.includes(missing)) throw new DlError('config', `data.missing is ${JSON.stringify(missing)}; it must be ${ways.join(', ')}.`);
  if (!Number.isFinite(missingValue)) throw new DlError('config', `data.missingValue is ${missingValue}; it must be a number.`);
  if (!(Number.isInteger(rareBelow) && rareBelow >= 0)) {
    throw new DlError('config', `data.rareBelow is ${rareBelow}; it must be a whole number of rows, at least 0.`);
  }
}

type Learned = Pick<Features, 'outputs' | 'outputNames' | 'targetScaling'> & { readonly targets: Int32Array | Float32Array };

function describeClasses({ labels, classNames }: ClassTargets): Learned {
  return { targets: labels, outputs: classNames.length, outputNames: classNames };
}

function scaleNumbers(numbers: Float64Array, target: string, fittedOn: Uint32Array): Learned {
  const targetScaling = meanAndDeviation(fittedOn, numbers);
  const targets = Float32Array.from(numbers, (value) => (value - targetScaling.mean) / targetScaling.deviation);
  return { targets, outputs: 1, outputNames: [target], targetScaling };
}

function findColumn(table: Table, name: string, setting: string): TableColumn {
  const names = table.columns.map((column) => column.name);
  const found = table.columns[names.indexOf(name)];
  if (found) return found;
  const shown = names.length > 20 ? `${names.slice(0, 20).join(', ')}, ...` : names.join(', ');
  throw new DlError(
    'config',
    `${setting}: ${table.name} has no column ${JSON.stringify(name)}.${didYouMean(name, names)} Its columns: ${shown}.`,
  );
}

/** The entries at `positions`, as an array of the same type. */
function pick<T extends Int32Array | Uint32Array | Float32Array>(values: T, positions: Uint32Array): T {
  const picked = new (values.constructor as new (length: number) => T)(positions.length);
  for (let i = 0; i < positions.length; i++) picked[i] = values[positions[i]];
  return picked;
}
