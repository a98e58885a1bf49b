import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from '../../../src/losses/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** The value of a loss, with everything it made freed. */
function lossOf(compute: () => Tensor): number {
  const before = memory().numTensors;
  const value = tidy(() => compute().dataSync()[0]);
  expect(memory().numTensors).toBe(before);
  return value;
}

const oneHot = () => tensor2d([0, 1, 0, 1, 0, 0], [2, 3]);
const classNumbers = () => tensor1d([1, 0], 'int32');
const logits = () => tensor2d([1, 2, -0.5, 0.3, -40, 60], [2, 3]);
const probabilities = () => tensor2d([0.2, 0.7, 0.1, 0.5, 0.25, 0.25], [2, 3]);

// The expected numbers were computed with Keras 3.15.
describe('losses give the values of Keras', () => {
  test('sparseCategoricalCrossentropy from logits, where softmax rounds to 0', () => {
    const loss = sparseCategoricalCrossentropy.create({});
    expect(lossOf(() => loss.computeFromLogits!(classNumbers(), logits()))).toBeCloseTo(30.03577, 4);
  });

  test('categoricalCrossentropy with label smoothing', () => {
    const loss = categoricalCrossentropy.create({ labelSmoothing: 0.1 });
    expect(lossOf(() => loss.computeFromLogits!(oneHot(), logits()))).toBeCloseTo(29.770769, 4);
    expect(lossOf(() => loss.compute(oneHot(), probabilities()))).toBeCloseTo(0.6013272, 6);
    expect(lossOf(() => loss.compute(classNumbers(), probabilities()))).toBeCloseTo(0.6013272, 6);
  });

  test('binaryCrossentropy', () => {
    const loss = binaryCrossentropy.create({});
    expect(lossOf(() => loss.computeFromLogits!(oneHot(), logits()))).toBeCloseTo(10.411437, 5);
    expect(lossOf(() => loss.compute(oneHot(), probabilities()))).toBeCloseTo(0.3256151, 6);
  });

  test.each([
    ['meanSquaredError', meanSquaredError.create({}), 3.328125],
    ['meanAbsoluteError', meanAbsoluteError.create({}), 1.4375],
    ['huber', huber.create({ delta: 1 }), 1.0390625],
    ['huber with delta 0.5', huber.create({ delta: 0.5 }), 0.6015625],
  ])('%s', (_, loss, expected) => {
    const targets = () => tensor2d([1, 2, 3, -1], [2, 2]);
    expect(lossOf(() => loss.compute(targets(), tensor2d([1.5, 0, 3.25, -4], [2, 2])))).toBe(expected);
  });
});

test('a single output takes class numbers and values [batch] alike', () => {
  const predictions = () => tensor2d([0.75, 0.25], [2, 1]);
  const loss = binaryCrossentropy.create({});
  expect(lossOf(() => loss.compute(tensor1d([1, 0], 'int32'), predictions()))).toBeCloseTo(-Math.log(0.75), 6);
  expect(lossOf(() => meanSquaredError.create({}).compute(tensor1d([1, 0]), predictions()))).toBe(0.0625);
});
