import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { memory, setBackend, softmax, type Tensor, tensor1d, tensor2d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { binaryCrossentropy, builtinLosses, klDivergence, meanSquaredError } from '../../../src/losses/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** The value of a loss, with everything it made freed. */
function lossValue(compute: () => Tensor): number {
  const before = memory().numTensors;
  const value = tidy(() => compute().dataSync()[0]);
  expect(memory().numTensors).toBe(before);
  return value;
}

/** Tables of five rows, and what Keras says of them in float64: `keras_losses.py` wrote it. */
interface Golden {
  readonly tables: readonly { name: string; rows: number; values: number[] }[];
  readonly cases: readonly {
    loss: string;
    options: object;
    targets: string;
    predictions: string;
    fromLogits: boolean;
    value: number;
    gradient: number[];
  }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden/keras.json', import.meta.url), 'utf8'));
const table = (wanted: string) => {
  const { values, rows } = golden.tables.find(({ name }) => name === wanted)!;
  return tensor2d(values, [rows, values.length / rows]);
};

describe.each(['cpu', 'wasm'])('losses and their gradients are those of Keras on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  const cases = golden.cases.map((one) => ({
    ...one,
    title: `${one.loss} ${JSON.stringify(one.options)} of ${one.predictions}, ${one.targets}`,
  }));
  test.each(cases)('$title', ({ loss: name, options, targets, predictions, fromLogits, value, gradient }) => {
    const definition = builtinLosses.find((one) => one.name === name)!;
    const loss = definition.create({ ...definition.defaults, ...options } as never);
    const before = memory().numTensors;
    tidy(() => {
      const behindSoftmax = predictions.startsWith('softmax of ');
      const compute = (x: Tensor) =>
        fromLogits ? loss.computeFromLogits!(table(targets), x) : loss.compute(table(targets), behindSoftmax ? softmax(x) : x);
      const result = valueAndGrad(compute)(table(predictions.replace('softmax of ', '')));
      expectClose(result.value.dataSync(), [value]);
      expectClose(result.grad.dataSync(), gradient);
    });
    expect(memory().numTensors).toBe(before);
  });

  test('every loss is among them', () => {
    expect(new Set(golden.cases.map(({ loss }) => loss))).toEqual(new Set(builtinLosses.map(({ name }) => name)));
  });
});

/** To 1e-5 of the largest value: losses are computed in float32. */
function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  for (const [i, wanted] of expected.entries()) expect(Math.abs(values[i] - wanted) / scale).toBeLessThan(1e-5);
}

test('klDivergence from logits is that of the probabilities', () => {
  const loss = klDivergence.create({});
  const fromLogits = lossValue(() => loss.computeFromLogits!(table('soft'), table('scores')));
  expect(fromLogits).toBeCloseTo(
    lossValue(() => loss.compute(table('soft'), softmax(table('scores')))),
    5,
  );
});

test('a single output takes class numbers and values [batch] alike', () => {
  const predictions = () => tensor2d([0.75, 0.25], [2, 1]);
  const loss = binaryCrossentropy.create(binaryCrossentropy.defaults);
  expect(lossValue(() => loss.compute(tensor1d([1, 0], 'int32'), predictions()))).toBeCloseTo(-Math.log(0.75), 6);
  expect(lossValue(() => meanSquaredError.create({}).compute(tensor1d([1, 0]), predictions()))).toBe(0.0625);
});
