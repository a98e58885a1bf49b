import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { createModel, lenet5, lenet5Classic, lenet300100, type ModelDefinition, summarize } from '../../../src/models/index.ts';

const digits: Features = {
  task: 'classification',
  inputShape: [28, 28, 1],
  outputs: 10,
  outputNames: [],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

beforeAll(async () => {
  await setBackend('cpu');
});

test('counts the weights and multiply-accumulates of the papers', () => {
  const totals = [lenet5, lenet5Classic, lenet300100].map((definition) => {
    const model = createModel(definition as ModelDefinition, {}, digits, 0);
    const { weights, multiplyAccumulates } = summarize(model);
    model.dispose();
    return [weights, multiplyAccumulates];
  });
  expect(totals).toEqual([
    [431_080, 2_293_000],
    [44_426, 281_640],
    [266_610, 266_200],
  ]);
});

test('describes each layer', () => {
  const model = createModel(lenet5, {}, digits, 0);
  expect(summarize(model).layers.slice(0, 3)).toEqual([
    { name: 'conv1', kind: 'Conv2D', outputShape: [24, 24, 20], weights: 520, multiplyAccumulates: 288_000 },
    { name: 'pool1', kind: 'MaxPooling2D', outputShape: [12, 12, 20], weights: 0, multiplyAccumulates: 0 },
    { name: 'conv2', kind: 'Conv2D', outputShape: [8, 8, 50], weights: 25_050, multiplyAccumulates: 1_600_000 },
  ]);
  model.dispose();
});

test('counts depthwise, strided and transposed convolutions', () => {
  const model = sequential([
    layers.depthwiseConv2d({ inputShape: [8, 8, 3], kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
    layers.conv2d({ filters: 4, kernelSize: 1, strides: 2 }),
    layers.conv2dTranspose({ filters: 5, kernelSize: 2, strides: 2 }),
    layers.batchNormalization({}),
  ]);
  expect(summarize(model).layers.map((layer) => layer.multiplyAccumulates)).toEqual([
    8 * 8 * 9 * 3 * 2,
    4 * 4 * 6 * 4,
    4 * 4 * 2 * 2 * 5 * 4,
    0,
  ]);
  model.dispose();
});
