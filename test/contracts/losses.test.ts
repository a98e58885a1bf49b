import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { existsSync } from 'node:fs';
import {
  argMax,
  div,
  exp,
  grad,
  maximum,
  memory,
  mul,
  norm,
  setBackend,
  sigmoid,
  softmax,
  sub,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtinLosses } from '../../src/losses/index.ts';
import { kebabCase } from './kebab-case.ts';

const logits = [0.3, -1.2, 2, 0.7, 0.1, -0.4, -2, 1.5, 0.2, 0.9, -0.6, 0.05];
const classNumbers = [2, 0, 1, 0];

/** Losses of values rather than of classes: they get rows to hit instead of class numbers. */
const ofValues = ['klDivergence', 'poisson', 'cosineSimilarity', 'meanAbsolutePercentageError', 'meanSquaredLogarithmicError'];

/** Rows whose largest value is at the class. */
function targetsOf({ name }: { readonly name: string }): Tensor {
  if (!ofValues.includes(name)) return tensor1d(classNumbers, 'int32');
  return tensor2d(classNumbers.flatMap((right) => [0, 1, 2].map((c) => (c === right ? 0.8 : 0.1))), [4, 3]); // biome-ignore format: one line
}

describe.each(['cpu', 'wasm'])('every loss on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  test.each(builtinLosses)('$name is named like its file, and its options survive JSON', (definition) => {
    expect(existsSync(new URL(`../../src/losses/${kebabCase(definition.name)}.ts`, import.meta.url))).toBe(true);
    expect(JSON.parse(JSON.stringify(definition.defaults))).toEqual(definition.defaults);
    expect(definition.create(definition.defaults as never).name).toBe(definition.name);
  });

  test.each(builtinLosses)('$name has the gradient that numeric differences give', (definition) => {
    const before = memory().numTensors;
    const loss = definition.create(definition.defaults as never);
    expect(loss.computeFromLogits === undefined).toBe(loss.logitsActivation === undefined);
    tidy(() => {
      const targets = targetsOf(definition);
      const probabilities = Array.from(softmax(tensor2d(logits, [4, 3])).dataSync());
      expectGradient((x) => loss.compute(targets, x), probabilities);
      if (loss.computeFromLogits) expectGradient((x) => loss.computeFromLogits!(targets, x), logits);
    });
    expect(memory().numTensors).toBe(before);
  });

  test.each(builtinLosses)('$name gives the same from logits as through the activation', (definition) => {
    const loss = definition.create(definition.defaults as never);
    if (!loss.computeFromLogits) return;
    tidy(() => {
      const targets = targetsOf(definition);
      const x = tensor2d(logits, [4, 3]);
      const predictions = loss.logitsActivation === 'softmax' ? softmax(x) : sigmoid(x);
      expect(loss.computeFromLogits!(targets, x).dataSync()[0]).toBeCloseTo(loss.compute(targets, predictions).dataSync()[0], 5);
    });
  });

  test.each(builtinLosses)('$name brings the predictions to the targets', (definition) => {
    const before = memory().numTensors;
    const loss = definition.create(definition.defaults as never);
    tidy(() => {
      const targets = targetsOf(definition);
      // Outputs are positive where the loss takes probabilities or values.
      const value = loss.computeFromLogits
        ? (x: Tensor) => loss.computeFromLogits!(targets, x)
        : (x: Tensor) => loss.compute(targets, exp(x));
      const start = tensor2d(logits, [4, 3]);
      let x: Tensor = start;
      for (let step = 0; step < 100; step++) {
        const gradient = grad(value)(x);
        // Steps of one length, shorter and shorter: the losses are of very different steepness.
        x = sub(x, mul(gradient, div(0.95 ** step, maximum(norm(gradient), 1e-12))));
      }
      expect(Array.from(argMax(x, 1).dataSync())).toEqual(classNumbers);
      expect(value(x).dataSync()[0]).toBeLessThan(value(start).dataSync()[0]);
    });
    expect(memory().numTensors).toBe(before);
  });

  test.each(builtinLosses)('$name leaves no tensors behind but its result', (definition) => {
    const loss = definition.create(definition.defaults as never);
    const targets = targetsOf(definition);
    const x = tensor2d(logits, [4, 3]);
    const before = memory().numTensors;
    loss.compute(targets, x).dispose();
    loss.computeFromLogits?.(targets, x).dispose();
    expect(memory().numTensors).toBe(before);
    targets.dispose();
    x.dispose();
  });

  test.each(builtinLosses)('$name refuses targets of another shape and says which it takes', (definition) => {
    const loss = definition.create(definition.defaults as never);
    tidy(() => {
      expect(() => loss.compute(tensor1d([1, 2], 'int32'), tensor2d(logits, [4, 3]))).toThrow(
        'The loss got targets of shape [2] and predictions of shape [4,3]',
      );
    });
  });
});

function expectGradient(value: (x: Tensor) => Tensor, at: number[]) {
  const shape: [number, number] = [4, 3];
  const analytic = grad(value)(tensor2d(at, shape)).dataSync();
  at.forEach((_, i) => {
    const moved = (by: number) =>
      value(
        tensor2d(
          at.map((v, j) => (j === i ? v + by : v)),
          shape,
        ),
      ).dataSync()[0];
    const numeric = (moved(0.002) - moved(-0.002)) / 0.004;
    expect(Math.abs(analytic[i] - numeric)).toBeLessThan(0.004 + 0.01 * Math.abs(numeric));
  });
}
