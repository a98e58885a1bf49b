import { DlError } from '../core/errors.ts';
import type { Batch, Dataset } from './dataset.ts';
import type { Features } from './features.ts';
import { flattenNumbers, type NestedNumbers } from './flatten-numbers.ts';

export interface ArrayDatasetOptions {
  /** One entry per sample: lists of numbers, as deep as an input is (`[height][width][channels]`), or all numbers of all samples in a row. */
  readonly inputs: NestedNumbers;
  /** One entry per sample: class names or class numbers; for a regression a number, or a list of numbers. */
  readonly targets: readonly string[] | NestedNumbers;
  /** @default 'classification' for names, 'regression' for numbers */
  readonly task?: 'classification' | 'regression';
  /** Shape of one input. @default as `inputs` is nested; needed where they are all in a row */
  readonly inputShape?: readonly number[];
  /** What class i, or output i, is called. @default the names in alphabetical order, else '0', '1', ... */
  readonly outputNames?: readonly string[];
  /** The model sees value * scale + offset. @default 1 and 0: the values as they are */
  readonly scale?: number;
  readonly offset?: number;
}

/**
 * A dataset of arrays in memory. Numbers to predict are taken as they are: bring them near 0 ... 1 yourself, or use `fitTable`.
 *
 * ```ts
 * const train = arrayDataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: ['no', 'yes', 'yes', 'no'] });
 * ```
 *
 * @throws DlError `data` for lists that do not fit together or hold something else than numbers
 */
export function arrayDataset(options: ArrayDatasetOptions): Dataset {
  const { scale = 1, offset = 0 } = options;
  const { values, shape, length } = readInputs(options);
  const { targets, labels, outputs, outputNames, task } = readTargets(options, length);
  const size = shape.reduce((a, b) => a * b, 1);
  const inputs = scale === 1 && offset === 0 ? values : values.map((value) => value * scale + offset);
  const features: Features = { task, inputShape: shape, outputs, outputNames, preprocessing: { kind: 'scale', scale, offset } };
  const width = labels ? 1 : outputs;
  return {
    length,
    features,
    ...(labels && { labels }),
    get(indices): Batch {
      const batch = new Float32Array(indices.length * size);
      const wanted = labels ? new Int32Array(indices.length) : new Float32Array(indices.length * width);
      for (let i = 0; i < indices.length; i++) {
        batch.set(inputs.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
        for (let o = 0; o < width; o++) wanted[i * width + o] = targets[indices[i] * width + o];
      }
      return { size: indices.length, inputs: batch, targets: wanted };
    },
  };
}

function readInputs({ inputs, inputShape }: ArrayDatasetOptions): { values: Float32Array; shape: readonly number[]; length: number } {
  const { values, shape } = flattenNumbers(inputs, 'inputs');
  if (!inputShape) {
    if (shape.length === 1) throw new DlError('data', 'inputs is one row of numbers; say how they make samples: inputShape: [28, 28, 1].');
    return { values, shape: shape.slice(1), length: shape[0] };
  }
  const size = inputShape.reduce((a, b) => a * b, 1);
  if (values.length === 0 || values.length % size !== 0) {
    throw new DlError('data', `inputs has ${values.length} numbers, which is no whole number of samples of ${inputShape.join(' x ')}.`);
  }
  return { values, shape: inputShape, length: values.length / size };
}

interface Targets extends Pick<Features, 'task' | 'outputs' | 'outputNames'> {
  readonly targets: Int32Array | Float32Array;
  readonly labels?: Int32Array;
}

function readTargets({ targets, task, outputNames }: ArrayDatasetOptions, length: number): Targets {
  if (targets.length !== length) throw new DlError('data', `There are ${length} inputs but ${targets.length} targets.`);
  const isNames = typeof targets[0] === 'string';
  if ((task ?? (isNames ? 'classification' : 'regression')) === 'regression') {
    const { values, shape } = flattenNumbers(targets as NestedNumbers, 'targets');
    const outputs = shape[1] ?? 1;
    return { task: 'regression', targets: values, outputs, outputNames: namesFor(outputs, outputNames) };
  }
  if (isNames) {
    const names = outputNames ?? [...new Set(targets as readonly string[])].sort();
    const numberOf = new Map(names.map((name, i) => [name, i]));
    const labels = Int32Array.from(targets as readonly string[], (name, i) => {
      const label = numberOf.get(name);
      if (label === undefined) throw new DlError('data', `targets[${i}] is ${JSON.stringify(name)}; outputNames has ${names.join(', ')}.`);
      return label;
    });
    return { task: 'classification', targets: labels, labels, outputs: names.length, outputNames: names };
  }
  const { values } = flattenNumbers(targets as NestedNumbers, 'targets');
  const classes = outputNames?.length ?? values.reduce((most, label) => Math.max(most, label), 0) + 1;
  const wrong = values.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong >= 0) throw new DlError('data', `targets[${wrong}] is ${values[wrong]}; a class number is 0 ... ${Math.floor(classes) - 1}.`);
  const labels = Int32Array.from(values);
  return { task: 'classification', targets: labels, labels, outputs: classes, outputNames: namesFor(classes, outputNames) };
}

function namesFor(outputs: number, names: readonly string[] | undefined): readonly string[] {
  if (names && names.length !== outputs) throw new DlError('data', `outputNames has ${names.length} names; there are ${outputs} outputs.`);
  return names ?? Array.from({ length: outputs }, (_, i) => `${i}`);
}
