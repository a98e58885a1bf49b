import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Batch } from '../../../src/data/dataset.ts';
import { arrayDataset } from '../../../src/data/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { tinyModel } from './tiny-training.ts';

beforeAll(useBackend);

/** The first weights after one step of plain gradient descent on this batch, and the loss that is told. */
async function stepOn(batch: Batch): Promise<{ weights: number[]; loss: number }> {
  const rows = Array.from({ length: batch.size }, (_, i) => [i, i]);
  const dataset = {
    ...arrayDataset({ inputs: rows, targets: rows.map(() => 'inside'), outputNames: ['inside', 'outside'] }),
    get: () => batch,
  };
  const model = tinyModel();
  const trainer = new Trainer(model, {
    epochs: 1,
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
    optimizer: { name: 'sgd', learningRate: 0.5 },
  });
  const { loss } = await trainer.fit(new DataLoader(dataset, { batchSize: 8 }));
  const [first] = (await readWeights(model)).values();
  model.dispose();
  return { weights: Array.from(first.values), loss };
}

const two = { size: 2, inputs: Float32Array.of(0.4, -0.3, 0.9, 0.8), targets: Int32Array.of(0, 1) };
const one = { size: 1, inputs: Float32Array.of(0.4, -0.3), targets: Int32Array.of(0) };

function expectClose(one: number[], other: number[]): void {
  expect(one.length).toBe(other.length);
  for (const [i, value] of one.entries()) expect(value).toBeCloseTo(other[i], 6);
}

describe('a batch with weights', () => {
  it('moves the model as the weighted loss does, and tells the plain one', async () => {
    const before = memory().numTensors;
    const weighted = await stepOn({ ...two, weights: Float32Array.of(2, 0) });
    expectClose(weighted.weights, (await stepOn(one)).weights);
    expect(weighted.loss).toBeCloseTo((await stepOn(two)).loss, 6);
    expect(memory().numTensors).toBe(before);
  });

  it('is as one without where all weigh 1', async () => {
    expectClose((await stepOn({ ...two, weights: Float32Array.of(1, 1) })).weights, (await stepOn(two)).weights);
  });
});

describe('a batch of blended samples', () => {
  it('is learnt by the shares of its classes', async () => {
    const certain = await stepOn({ ...two, softTargets: Float32Array.of(1, 0, 0, 1) });
    expectClose(certain.weights, (await stepOn(two)).weights);
    const blended = await stepOn({ ...two, softTargets: Float32Array.of(0.7, 0.3, 0.3, 0.7) });
    expect(blended.loss).not.toBeCloseTo(certain.loss, 3);
    expect(blended.weights).not.toEqual(certain.weights);
  });
});
