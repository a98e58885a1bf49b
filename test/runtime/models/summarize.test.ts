import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { type RNN, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import type { Features } from '../../../src/data/features.ts';
import { functional, layers, sequential, through } from '../../../src/layers/index.ts';
import { describeSummary } from '../../../src/models/describe-summary.ts';
import {
  catalogModels,
  createModel,
  lenet5,
  lenet5Classic,
  lenet300100,
  type ModelDefinition,
  summarize,
} from '../../../src/models/index.ts';

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
  const whole = { places: 1 };
  expect(summarize(model).layers.slice(0, 3)).toEqual([
    {
      name: 'conv1',
      kind: 'Conv2D',
      outputShape: [24, 24, 20],
      weights: 520,
      trainableWeights: 520,
      bits: 520 * 32,
      multiplyAccumulates: 288_000,
      ...whole,
    },
    {
      name: 'pool1',
      kind: 'MaxPooling2D',
      outputShape: [12, 12, 20],
      weights: 0,
      trainableWeights: 0,
      bits: 0,
      multiplyAccumulates: 0,
      ...whole,
    },
    {
      ...{ name: 'conv2', kind: 'Conv2D', outputShape: [8, 8, 50], ...whole },
      ...{ weights: 25_050, trainableWeights: 25_050, bits: 32 * 25_050, multiplyAccumulates: 1_600_000 },
    },
  ]);
  model.dispose();
});

test('counts what a recurrent layer does at every moment, of its inputs and of what it remembers', () => {
  const plain = tfLayers.lstm({ units: 4, inputShape: [5, 3], recurrentInitializer: 'glorotUniform' });
  const both = tfLayers.bidirectional({
    layer: tfLayers.gru({ units: 2, recurrentInitializer: 'glorotUniform' }) as RNN,
    mergeMode: 'concat',
    inputShape: [5, 3],
  });
  expect(summarize(sequential([plain])).multiplyAccumulates).toBe(5 * (3 + 4) * 16);
  expect(summarize(sequential([both])).multiplyAccumulates).toBe(2 * 5 * (3 + 2) * 6);
});

test('counts depthwise, strided and transposed convolutions, and nothing for batch normalization', () => {
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

test('counts separable and one-dimensional convolutions, dense layers over sequences, and nothing for an embedding', () => {
  const counts = (...inner: Parameters<typeof sequential>[0]) => {
    const model = sequential(inner);
    const result = summarize(model).layers.map((layer) => layer.multiplyAccumulates);
    model.dispose();
    return result;
  };
  expect(counts(layers.separableConv2d({ inputShape: [8, 8, 3], filters: 5, kernelSize: 3, depthMultiplier: 2 }))).toEqual([
    6 * 6 * (9 * 3 * 2 + 3 * 2 * 5),
  ]);
  expect(
    counts(
      layers.embedding({ inputDim: 50, outputDim: 4, inputLength: 10 }),
      layers.conv1d({ filters: 6, kernelSize: 3 }),
      layers.dense({ units: 7 }),
    ),
  ).toEqual([0, 8 * 3 * 4 * 6, 8 * 6 * 7]);
  const channelsFirst = { inputShape: [3, 8, 8], filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' } as const;
  expect(counts(layers.conv2d(channelsFirst))).toEqual([6 * 6 * 9 * 3 * 4]);
});

test('follows branches one by one, counts shared layers once in weights and in every place in multiply-adds, and looks into models', () => {
  const shared = layers.dense({ name: 'shared', units: 3 });
  const inner = sequential([layers.dense({ name: 'inside', inputShape: [3], units: 3 }), layers.batchNormalization({ name: 'norm' })]);
  const model = functional([3], (rows) => {
    const left = through(rows, shared, layers.reLU({ name: 'left' }));
    const right = through(rows, layers.reLU({ name: 'right' }), shared);
    return through([through(left, inner), right], layers.add({ name: 'sum' }));
  });
  inner.name = 'sequential';
  model.name = 'functional';
  const { layers: rows, weights, trainableWeights, multiplyAccumulates } = summarize(model);
  expect(rows.map(({ name, places, weights: own, multiplyAccumulates: cost }) => [name, places, own, cost])).toEqual([
    ['shared', 2, 12, 18],
    ['left', 1, 0, 0],
    [inner.name, 1, 24, 9],
    ['right', 1, 0, 0],
    ['sum', 1, 0, 0],
  ]);
  expect(rows[2].layers?.map(({ name }) => name)).toEqual(['inside', 'norm']);
  expect([weights, trainableWeights, multiplyAccumulates]).toEqual([36, 30, 27]);
  expect(describeSummary(summarize(model)).split('\n')).toEqual([
    '  layer        kind             output   weights   multiply-adds',
    '  shared       Dense, 2 times        3        12              18',
    '  left         ReLU                  3         0               0',
    '  sequential   Sequential            3        24               9',
    '    inside     Dense                 3        12               9',
    '    norm       BatchNorm             3        12               0',
    '  right        ReLU                  3         0               0',
    '  sum          Add                   3         0               0',
    '  functional   in all                         36              27',
    '               trained                        30',
  ]);
  model.dispose();
});

test.each(catalogModels.map(({ name }) => name))('the table of %s fits into 80 columns', (name) => {
  const definition = catalogModels.find((one) => one.name === name) as ModelDefinition;
  const model = createModel(definition, {}, { ...digits, inputShape: [32, 32, 3] }, 0);
  const lines = describeSummary(summarize(model)).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.some((line) => line.includes('…'))).toBe(false);
  model.dispose();
});

test('cuts names that are too long for 80 columns', () => {
  const model = sequential([layers.dense({ name: `a-${'very-'.repeat(12)}long-name`, inputShape: [3], units: 2 })]);
  const [, line] = describeSummary(summarize(model)).split('\n');
  expect(line).toMatch(/^ {2}a-very-[\w-]+… {2}Dense/);
  expect(line.length).toBe(80);
  model.dispose();
});
