import { memory } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { toOnnx } from '../../../src/export/index.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import type { NamedWeight } from '../../../src/packed/model-file.ts';
import { netOf } from '../compression/small-nets.ts';

import { causalConvolution, falselyLarge, resettingGru, softmaxOver } from '../export/changed-nets.ts';
import { engineNets, image, largestDifference, pictures, randomInputs, shaken, wrappedNets, writtenNets } from '../export/nets.ts';
import { differenceFromTfjs } from './difference-from-tfjs.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Orthogonal kernels, the default of recurrent layers, need tensor methods that nobody else uses. */
const glorot = { kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal' } as const;

describe('equals tfjs to 1e-5', () => {
  const end = () => [layers.flatten(), layers.dense({ units: 3 })];
  const nets: [string, () => Layer[]][] = [
    [
      'strides and same padding',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' }),
        ...end(),
      ],
    ],
    [
      'a 1x1 convolution without bias',
      () => [layers.conv2d({ inputShape: [9, 7, 3], filters: 6, kernelSize: 1, useBias: false, activation: 'tanh' }), ...end()],
    ],
    [
      'depthwise convolution',
      () => [
        layers.depthwiseConv2d({ inputShape: [9, 7, 3], kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' }),
        ...end(),
      ],
    ],
    [
      'pooling that overlaps',
      () => [
        layers.maxPooling2d({ inputShape: [9, 7, 3], poolSize: 3, strides: 2, padding: 'same' }),
        layers.averagePooling2d({ poolSize: [2, 3], strides: 1, padding: 'same' }),
        ...end(),
      ],
    ],
    [
      'global average pooling',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 4, kernelSize: 3 }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 3 }),
      ],
    ],
    ['global max pooling', () => [layers.globalMaxPooling2d({ inputShape: [9, 7, 3] }), layers.dense({ units: 3, activation: 'sigmoid' })]],
    [
      'zeros around an image, on each side as many as it says',
      () => [
        layers.zeroPadding2d({ inputShape: [9, 7, 3], padding: [[1, 0], [2, 3]] }), // biome-ignore format: one line
        layers.conv2d({ filters: 2, kernelSize: 3, strides: 2 }),
        layers.zeroPadding2d(),
        ...end(),
      ],
    ],
    [
      'a separable convolution, with strides and a multiplier, and one without bias',
      () => [
        layers.separableConv2d({ inputShape: [9, 7, 3], filters: 5, kernelSize: 3, strides: 2, depthMultiplier: 2, activation: 'relu' }),
        layers.separableConv2d({ filters: 4, kernelSize: 2, padding: 'same', useBias: false }),
        layers.batchNormalization(),
        layers.reLU(),
        ...end(),
      ],
    ],
    [
      'dilated filters',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 8, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
        layers.conv2d({ filters: 8, kernelSize: [2, 3], dilationRate: [3, 1] }),
        layers.separableConv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }),
        ...end(),
      ],
    ],
    [
      'transposed convolutions',
      () => [
        layers.conv2dTranspose({ inputShape: [9, 7, 3], filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
        layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: [2, 3], padding: 'valid' }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 4, padding: 'same' }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'same' }),
        ...end(),
      ],
    ],
    [
      'trained slopes below 0: of each value, of each channel, of each column, a single one',
      () => [
        layers.prelu({ inputShape: [9, 7, 3], alphaInitializer: 'ones' }),
        layers.dense({ units: 5 }),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.dense({ units: 4 }),
        layers.prelu({ sharedAxes: [1] }),
        layers.dense({ units: 4 }),
        layers.prelu({ sharedAxes: [1, 2, 3] }),
        ...end(),
      ],
    ],
    [
      'enlarging and reshaping',
      () => [
        layers.upSampling2d({ inputShape: [9, 7, 3], size: [2, 3] }),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.reshape({ targetShape: [16, 38] }),
        layers.batchNormalization(),
        ...end(),
      ],
    ],
    ['dense on the channels of an image', () => [layers.dense({ inputShape: [9, 7, 3], units: 4, activation: 'softmax' }), ...end()]],
    [
      'activations as layers',
      () => [
        layers.dense({ inputShape: [9, 7, 3], units: 4, activation: 'relu' }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.elu(),
        layers.reLU({ maxValue: 6 }),
        layers.reLU({ maxValue: 0.4 }),
        layers.softmax({ axis: -1 }),
        ...end(),
      ],
    ],
    [
      'cropping and permuting',
      () => [
        layers.cropping2D({ inputShape: [9, 7, 3], cropping: [[2, 1], [0, 3]] }), // biome-ignore format: one line
        layers.cropping2D({ cropping: [[1, 0], [1, 0]], dataFormat: 'channelsFirst' }), // biome-ignore format: one line
        layers.permute({ dims: [3, 1, 2] }),
        layers.conv2d({ filters: 4, kernelSize: 2 }),
        layers.permute({ dims: [2, 1, 3] }),
        layers.permute({ dims: [1, 3, 2] }),
        layers.cropping2D({ cropping: 1 }),
        ...end(),
      ],
    ],
    [
      'layer normalization, over channels and over all of a sample',
      () => [
        layers.layerNormalization({ inputShape: [9, 7, 3] }),
        layers.conv2d({ filters: 5, kernelSize: 3 }),
        layers.layerNormalization({ axis: [1, 2, 3], epsilon: 1e-5 }),
        layers.layerNormalization({ axis: [2, 3], center: false }),
        layers.flatten(),
        layers.layerNormalization({ scale: false }),
        layers.dense({ units: 3 }),
      ],
    ],
    [
      'group normalization, of one group, of some and of each channel',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 6, kernelSize: 3 }),
        layers.groupNormalization({ groups: 2 }),
        layers.reLU(),
        layers.groupNormalization({ groups: 1, epsilon: 1e-5, center: false }),
        layers.groupNormalization({ groups: -1, scale: false }),
        layers.reshape({ targetShape: [35, 6] }),
        layers.groupNormalization({ groups: 3 }),
        layers.flatten(),
        layers.groupNormalization({ groups: 7 }),
        layers.dense({ units: 3 }),
      ],
    ],
    [
      'convolutions and pooling of sequences',
      () => [
        layers.reshape({ inputShape: [9, 7, 3], targetShape: [21, 9] }),
        layers.conv1d({ filters: 6, kernelSize: 3, padding: 'same', strides: 2 }),
        layers.batchNormalization(),
        layers.reLU(),
        layers.maxPooling1d({ poolSize: 3, strides: 1 }),
        layers.conv1d({ filters: 4, kernelSize: 2, dilationRate: 2, useBias: false, activation: 'tanh' }),
        layers.averagePooling1d({ poolSize: 2, padding: 'same' }),
        layers.conv1d({ filters: 4, kernelSize: 1 }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 3 }),
      ],
    ],
    [
      'the largest values of a sequence of trained rows',
      () => [
        layers.flatten({ inputShape: [9, 7, 3] }),
        tfLayers.rescaling({ scale: 11.99, name: 'numbers' }),
        layers.embedding({ inputDim: 12, outputDim: 5, embeddingsInitializer: 'glorotNormal' }),
        layers.globalMaxPooling1d({}),
        layers.dense({ units: 3 }),
      ],
    ],
    [
      'layers that do nothing but in training, a threshold and repetition',
      () => [
        tfLayers.gaussianNoise({ inputShape: [9, 7, 3], stddev: 1, name: 'noise' }),
        tfLayers.thresholdedReLU({ theta: 0.4, name: 'threshold' }),
        layers.flatten(),
        tfLayers.gaussianDropout({ rate: 0.3, name: 'gaussian' }),
        layers.dense({ units: 4 }),
        tfLayers.repeatVector({ n: 3, name: 'repeat' }),
        tfLayers.alphaDropout({ rate: 0.3, name: 'alpha' }),
        ...end(),
      ],
    ],
    ...(['simpleRNN', 'gru', 'lstm'] as const).flatMap((kind): [string, () => Layer[]][] => [
      [
        `${kind}, whole and only its end`,
        () => [
          layers.reshape({ inputShape: [9, 7, 3], targetShape: [21, 9] }),
          tfLayers[kind]({ ...glorot, units: 6, returnSequences: true, name: 'first' }),
          tfLayers[kind]({ ...glorot, units: 5, goBackwards: true, name: 'second' }),
          layers.dense({ units: 3 }),
        ],
      ],
      [
        `${kind} with other activations, without bias`,
        () => [
          layers.reshape({ inputShape: [9, 7, 3], targetShape: [7, 27] }),
          tfLayers[kind]({
            ...glorot,
            units: 8,
            activation: 'relu',
            useBias: false,
            name: 'first',
            ...(kind !== 'simpleRNN' && { recurrentActivation: 'sigmoid' }),
          } as never),
          layers.dense({ units: 3 }),
        ],
      ],
    ]),
    ...(['relu6', 'sigmoid', 'tanh', 'hardSigmoid', 'selu', 'softplus', 'softsign', 'swish', 'gelu', 'mish'] as const).map(
      (activation): [string, () => Layer[]] => [
        `the activation ${activation}`,
        () => [layers.dense({ inputShape: [9, 7, 3], units: 4, activation }), ...end()],
      ],
    ),
  ];
  it.each(nets)('with %s', async (_, build) => {
    const model = await shaken(netOf(build, image));
    for (const samples of [1, 5]) expect(await differenceFromTfjs(model, image, samples)).toBeLessThan(1e-5);
    model.dispose();
  });
});

const normalizedNets = engineNets.filter(({ name }) => name.startsWith('batch normalization'));
it.each([...normalizedNets, ...writtenNets, ...wrappedNets])('equals tfjs to 1e-5 with $name', async ({ build }) => {
  const model = await shaken(build());
  for (const samples of [1, 9]) expect(await differenceFromTfjs(model, image, samples)).toBeLessThan(1e-5);
  model.dispose();
});

it('multiplies what is below 0 by the slope of its row (tfjs-wasm takes the slopes one after the other)', async () => {
  const features: Features = { ...pictures, inputShape: [3, 2, 2], outputs: 12, outputNames: Array.from({ length: 12 }, (_, i) => `${i}`) };
  const model = await shaken(netOf(() => [layers.prelu({ inputShape: [3, 2, 2], sharedAxes: [2, 3] }), layers.flatten()], features));
  const [{ values }] = [...(await readWeights(model)).values()];
  const engine = await loadModel(await packModel(model, { features }));
  const inputs = Float32Array.from({ length: 12 }, (_, i) => i - 9);
  expect(engine.compute(inputs)).toEqual(inputs.map((x, i) => (x < 0 ? x * values[Math.floor(i / 4)] : x)));
  model.dispose();
});

it.each([1, 2, -2])('takes the softmax over axis %i, which tfjs cannot', async (axis) => {
  const { features, bytes } = await softmaxOver(axis);
  const engine = await loadModel(bytes);
  const inputs = randomInputs(features, 2);
  const [length, step] = axis === 1 ? [3, 8] : [4, 2];
  const expected = inputs.map((value, i) => {
    const first = i - (Math.floor(i / step) % length) * step;
    const sum = Array.from({ length }, (_, place) => Math.exp(inputs[first + place * step])).reduce((a, b) => a + b);
    return Math.exp(value) / sum;
  });
  expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(1e-6);
});

it.each([
  [1, 1],
  [2, 1],
  [1, 3],
])('sees no later moment in a causal convolution with strides of %i, dilated by %i, which tfjs cannot', async (strides, dilationRate) => {
  const { features, bytes, weights } = await causalConvolution(strides, dilationRate);
  const engine = await loadModel(bytes);
  const [length, columns] = features.inputShape;
  const [{ values: kernel }, { values: bias }] = ['kernel', 'bias'].map((key) => weights.get(`changed/${key}`) as NamedWeight);
  const inputs = randomInputs(features, 2);
  const expected = Array.from({ length: 2 * features.outputs }, (_, at) => {
    const [sample, filter] = [Math.floor(at / features.outputs), at % bias.length];
    const moment = strides * Math.floor((at % features.outputs) / bias.length);
    let sum = bias[filter];
    for (let tap = 0; tap < 3; tap++) {
      const seen = moment - (2 - tap) * dilationRate;
      for (let column = 0; column < columns && seen >= 0; column++) {
        sum += inputs[(sample * length + seen) * columns + column] * kernel[(tap * columns + column) * bias.length + filter];
      }
    }
    return sum;
  });
  expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(1e-5);
});

it.each(['lstm', 'depthwiseConv2d'] as const)(
  'allocates nothing for a layer without bias (%s) that says it is very large',
  async (kind) => {
    const { bytes } = await falselyLarge(kind, 2 ** 31);
    await expect(loadModel(bytes)).rejects.toThrow(/its bias would have the shape \[\d+\]/);
    await expect(toOnnx(bytes)).rejects.toThrow(/its (bias would have|depthwise_kernel has) the shape/);
  },
);

it('runs a GRU that resets after its product, as Keras 2 and PyTorch have it and tfjs has not', async () => {
  const { features, bytes, weights } = await resettingGru();
  const engine = await loadModel(bytes);
  const [[length, columns], units] = [features.inputShape, features.outputs];
  const bias = weights.get('changed/bias') as NamedWeight;
  const [kernel, recurrent] = ['kernel', 'recurrent_kernel'].map((key) => weights.get(`changed/${key}`)?.values as Float32Array);
  const inputs = randomInputs(features, 3);
  const product = (row: ArrayLike<number>, matrix: Float32Array, term: number) =>
    Array.from({ length: 3 * units }, (_, j) =>
      Array.from(row).reduce((sum, value, i) => sum + value * matrix[i * 3 * units + j], bias.values[term * 3 * units + j]),
    );
  const gate = (value: number) => Math.min(1, Math.max(0, 0.2 * value + 0.5));
  const expected = [0, 1, 2].flatMap((sample) => {
    let hidden = Array.from({ length: units }, () => 0);
    for (let moment = 0; moment < length; moment++) {
      const start = (sample * length + moment) * columns;
      const [x, h] = [product(inputs.subarray(start, start + columns), kernel, 0), product(hidden, recurrent, 1)];
      hidden = hidden.map((before, j) => {
        const [update, reset] = [gate(x[j] + h[j]), gate(x[units + j] + h[units + j])];
        return update * before + (1 - update) * Math.tanh(x[2 * units + j] + reset * h[2 * units + j]);
      });
    }
    return hidden;
  });
  expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(1e-6);
});
