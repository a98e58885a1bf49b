import { dispose, memory, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { evaluateModel } from '../../../src/training/evaluate-model.ts';

beforeAll(useBackend);

function dataset(features: Features, rows: readonly (readonly number[])[], targets: readonly number[]): Dataset {
  return {
    length: rows.length,
    features,
    get: (indices) => ({
      size: indices.length,
      inputs: Float32Array.from(Array.from(indices).flatMap((i) => rows[i])),
      targets:
        features.task === 'classification' ? Int32Array.from(indices, (i) => targets[i]) : Float32Array.from(indices, (i) => targets[i]),
    }),
  };
}

const animals: Features = {
  task: 'classification',
  inputShape: [3],
  outputs: 3,
  outputNames: ['cat', 'dog', 'cow'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

describe('evaluateModel', () => {
  it('counts which classes are mixed up, over uneven batches, and leaves no tensors', async () => {
    // The largest input wins: the rows are the answers.
    const model = sequential([layers.softmax({ name: 'softmax', inputShape: [3] })]);
    const [cat, dog, cow] = [
      [5, 0, 0],
      [0, 5, 0],
      [0, 0, 5],
    ]; // prettier-ignore
    const loader = new DataLoader(dataset(animals, [cat, dog, dog, cow, cat, cat, dog], [0, 0, 0, 2, 1, 2, 1]), { batchSize: 3 });
    const before = memory().numTensors;
    const evaluation = await evaluateModel(model, loader, { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    expect(memory().numTensors).toBe(before);
    expect(evaluation).toMatchObject({
      task: 'classification',
      samples: 7,
      wrong: 4,
      confusion: [
        [1, 2, 0],
        [1, 1, 0],
        [1, 0, 1],
      ], // prettier-ignore
      perClass: [
        { name: 'cat', samples: 3, precision: 1 / 3, recall: 1 / 3, f1Score: 1 / 3 },
        { name: 'dog', samples: 2, precision: 1 / 3, recall: 1 / 2, f1Score: 2 / 5 },
        { name: 'cow', samples: 2, precision: 1, recall: 1 / 2, f1Score: 2 / 3 },
      ],
      mostConfused: [
        { actual: 'cat', predicted: 'dog', count: 2 },
        { actual: 'dog', predicted: 'cat', count: 1 },
        { actual: 'cow', predicted: 'cat', count: 1 },
      ],
    });
    const mostWrong = evaluation.task === 'classification' ? evaluation.mostWrong : [];
    expect(mostWrong.map(({ index, actual, predicted }) => [index, actual, predicted])).toEqual([
      [1, 'cat', 'dog'],
      [2, 'cat', 'dog'],
      [4, 'dog', 'cat'],
      [5, 'cow', 'cat'],
    ]);
    expect(mostWrong[0].probability + 2 * mostWrong[0].actualProbability).toBeCloseTo(1);
    expect(evaluation.logs.accuracy).toBe(3 / 7);
    // Right answers cost log(1 + 2 / e^5), wrong ones 5 more.
    expect(evaluation.logs.loss).toBeCloseTo(Math.log(1 + 2 * Math.exp(-5)) + (4 * 5) / 7, 5);
  });

  it('tells errors of numbers in the unit of the target', async () => {
    const price: Features = {
      task: 'regression',
      inputShape: [1],
      outputs: 1,
      outputNames: ['price'],
      preprocessing: { kind: 'scale', scale: 1, offset: 0 },
      targetScaling: { mean: 100, deviation: 20 },
    };
    const model = sequential([layers.dense({ name: 'dense1', inputShape: [1], units: 1 })]);
    const weights = [tensor2d([[1]]), tensor1d([0])];
    model.setWeights(weights);
    dispose(weights);
    const loader = new DataLoader(dataset(price, [[0], [1], [-1]], [0.5, 1, -2]), { batchSize: 2 });
    const evaluation = await evaluateModel(model, loader, { loss: 'meanSquaredError' });
    expect(evaluation).toEqual({
      task: 'regression',
      samples: 3,
      logs: { loss: (0.25 + 0 + 1) / 3 },
      outputNames: ['price'],
      meanAbsoluteErrors: [((0.5 + 0 + 1) / 3) * 20],
      mostWrong: [
        { index: 2, output: 'price', actual: 60, predicted: 80 },
        { index: 0, output: 'price', actual: 110, predicted: 100 },
        { index: 1, output: 'price', actual: 120, predicted: 120 },
      ],
      pairs: [
        [110, 100],
        [120, 120],
        [60, 80],
      ],
    });
    model.dispose();
  });

  it('refuses data that is prepared in another way than in the training', async () => {
    const model = sequential([layers.softmax({ name: 'softmax', inputShape: [3] })]);
    const loader = new DataLoader(dataset(animals, [[5, 0, 0]], [0]), { batchSize: 1 });
    const judge = (features: Features) => evaluateModel(model, loader, { loss: 'sparseCategoricalCrossentropy', features });
    await expect(judge({ ...animals })).resolves.toMatchObject({ samples: 1 });
    await expect(judge({ ...animals, preprocessing: { kind: 'scale', scale: 2, offset: 0 } })).rejects.toMatchObject({
      code: 'data',
      message:
        'The data is not prepared as in the training: preprocessing was {"kind":"scale","scale":2,"offset":0}, is {"kind":"scale","scale":1,"offset":0}. ' +
        'Its file, its rows or how they are split changed since, so that test samples may have trained the model. Put that back, or train again.',
    });
  });

  it.each([
    { loss: 'meanAbsolutePercentageError', expected: (100 * (10 / 130 + 0 / 110)) / 2 },
    { loss: 'meanSquaredLogarithmicError', expected: (Math.log(121 / 131) ** 2 + 0) / 2 },
  ])('takes $loss in the units of the data', async ({ loss, expected }) => {
    const features: Features = {
      ...animals,
      task: 'regression',
      inputShape: [1],
      outputs: 1,
      outputNames: ['price'],
      targetScaling: { mean: 100, deviation: 10 },
    };
    const model = sequential([layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })]);
    const loader = new DataLoader(dataset(features, [[2], [1]], [3, 1]), { batchSize: 2 }); // 120 for 130, 110 for 110
    expect((await evaluateModel(model, loader, { loss })).logs.loss).toBeCloseTo(expected, 4);
    await expect(evaluateModel(model, loader, { loss: 'poisson' })).rejects.toThrow(
      'training.loss=poisson needs targets as they are, but this data standardises them: (target - 100) / 10 may be below 0.',
    );
    model.dispose();
  });
});
