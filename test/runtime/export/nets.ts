import { tensor } from '@tensorflow/tfjs-core';
import { type LayersModel, sequential, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { functional, type Layer, layers, through } from '../../../src/layers/index.ts';
import { catalogModels } from '../../../src/models/catalog-models.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { ForwardPass } from '../../../src/training/forward-pass.ts';
import { netOf } from '../compression/small-nets.ts';

export const pictures: Features = {
  task: 'classification',
  inputShape: [28, 28, 1],
  outputs: 10,
  outputNames: [...'0123456789'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};

export const image: Features = { ...pictures, inputShape: [9, 7, 3], outputs: 3, outputNames: ['a', 'b', 'c'] };

/** A net and what its data is. */
export interface SampleNet {
  readonly name: string;
  readonly features: Features;
  build(): LayersModel;
}

const inputShape = [9, 7, 3];
const end = () => [layers.flatten(), layers.dense({ units: 3 })];
const chain = (name: string, build: () => Layer[]): SampleNet => ({ name, features: image, build: () => netOf(build, image) });

/** Every model of the catalogue, on pictures of one channel. */
export const catalogNets: readonly SampleNet[] = catalogModels.map((definition) => ({
  name: definition.name,
  features: pictures,
  build: () => createModel(definition as (typeof catalogModels)[0], {}, pictures, 0),
}));

/** Three of them, which have what the others have: for the fast tests. */
export const someCatalogNets = catalogNets.filter(({ name }) => /^(lenet5-classic|squeezenet|mobilenet)$/.test(name));

/** Nets of what the engine runs. */
export const engineNets: readonly SampleNet[] = [
  chain('strides and same padding, which is not the same on both sides', () => [
    layers.conv2d({ inputShape, filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' }),
    layers.conv2d({ filters: 4, kernelSize: 4, strides: 3, padding: 'same', useBias: false, activation: 'tanh' }),
    ...end(),
  ]),
  chain('depthwise convolution with a multiplier', () => [
    layers.depthwiseConv2d({ inputShape, kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' }),
    layers.depthwiseConv2d({ kernelSize: 2, strides: 2 }),
    ...end(),
  ]),
  chain('batch normalization behind convolution, depthwise, dense', () => [
    layers.conv2d({ inputShape, filters: 5, kernelSize: 3, useBias: false }),
    layers.batchNormalization(),
    layers.reLU(),
    layers.depthwiseConv2d({ kernelSize: 2 }),
    layers.batchNormalization({ scale: false }),
    layers.activation({ activation: 'elu' }),
    layers.flatten(),
    layers.dense({ units: 4 }),
    layers.batchNormalization({ center: false }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]),
  chain('batch normalization first, behind an activation, behind a flatten', () => [
    layers.batchNormalization({ inputShape }),
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
    layers.batchNormalization(),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 4, kernelSize: 2 }),
    layers.flatten(),
    layers.batchNormalization(),
    layers.dense({ units: 3 }),
  ]),
  chain('pooling that overlaps', () => [
    layers.maxPooling2d({ inputShape, poolSize: 3, strides: 2, padding: 'same' }),
    layers.averagePooling2d({ poolSize: [2, 3], strides: 1, padding: 'same' }),
    ...end(),
  ]),
  chain('global average pooling', () => [
    layers.conv2d({ inputShape, filters: 4, kernelSize: 3 }),
    layers.globalAveragePooling2d({}),
    layers.dense({ units: 3 }),
  ]),
  chain('global max pooling', () => [layers.globalMaxPooling2d({ inputShape }), layers.dense({ units: 3, activation: 'sigmoid' })]),
  chain('dense on the channels of an image', () => [layers.dense({ inputShape, units: 4, activation: 'softmax' }), ...end()]),
  chain('an image that is flattened at once, and activated', () => [
    layers.flatten({ inputShape }),
    layers.activation({ activation: 'tanh' }),
    layers.dense({ units: 3 }),
  ]),
  chain('a flattened image that is activated', () => [
    layers.conv2d({ inputShape, filters: 4, kernelSize: 3 }),
    layers.flatten(),
    layers.reLU(),
    layers.dense({ units: 3 }),
  ]),
  chain('activations as layers', () => [
    layers.dense({ inputShape, units: 4, activation: 'relu' }),
    layers.leakyReLU({ alpha: 0.2 }),
    layers.elu(),
    layers.reLU({ maxValue: 6 }),
    layers.reLU({ maxValue: 0.4 }),
    layers.conv2d({ filters: 3, kernelSize: 1 }),
    layers.softmax({ axis: -1 }),
    layers.reLU({ maxValue: 0.9, negativeSlope: 0.1, threshold: 0.2 } as Parameters<typeof layers.reLU>[0]),
    ...end(),
  ]),
  ...(['relu6', 'sigmoid', 'tanh', 'hardSigmoid', 'selu', 'softplus', 'softsign', 'swish', 'gelu', 'mish'] as const).map((activation) =>
    chain(`the activation ${activation}`, () => [layers.conv2d({ inputShape, filters: 4, kernelSize: 1, activation }), ...end()]),
  ),
  chain('signs, and signs with a scale', () => [
    layers.conv2d({ inputShape, filters: 4, kernelSize: 3 }),
    layers.signActivation({}),
    layers.conv2d({ filters: 3, kernelSize: 2 }),
    layers.signActivation({ inputScale: true }),
    ...end(),
  ]),
  {
    name: 'branches that meet again, of which one is read twice',
    features: image,
    build: () =>
      functional(inputShape, (entry) => {
        const convolution = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
        const left = through(entry, convolution(4));
        const right = through(left, layers.batchNormalization(), layers.reLU());
        const wide = through([left, right, through(entry, convolution(2)), entry], layers.concatenate());
        const merges = [layers.add(), layers.average(), layers.multiply(), layers.maximum(), layers.minimum()];
        const met = merges.map((merge) => through([left, right, through(wide, convolution(4))], merge));
        const flat = met.slice(0, 2).map((value) => through(value, layers.flatten()));
        const rows = [through(flat, layers.concatenate()), through(met, layers.add(), layers.dropout({ rate: 0.5 }), layers.flatten())];
        return through(rows, layers.concatenate(), layers.dense({ units: 3 }));
      }),
  },
];

/** Nets of layers that no model of the catalogue has. */
export const otherNets: readonly SampleNet[] = [
  chain('a separable convolution and PReLU', () => [
    layers.separableConv2d({ inputShape, filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.prelu({ alphaInitializer: 'ones' }),
    layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' }),
    layers.prelu({ sharedAxes: [1, 2] }),
    ...end(),
  ]),
  chain('transposed convolutions', () => [
    layers.conv2dTranspose({ inputShape, filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'valid' }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 4, padding: 'same' }),
    ...end(),
  ]),
  chain('padding, enlarging and reshaping', () => [
    layers.zeroPadding2d({ inputShape, padding: [[1, 0], [2, 3]] }), // biome-ignore format: one line
    layers.upSampling2d({ size: [2, 3] }),
    layers.conv2d({ filters: 2, kernelSize: 3 }),
    layers.reshape({ targetShape: [36, 34] }),
    layers.batchNormalization(),
    ...end(),
  ]),
];

const glorot = { kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal' } as const;

/** Nets of layers that are written by several operators, or by one that is not read again. */
export const writtenNets: readonly SampleNet[] = [
  chain('cropping and permuting', () => [
    layers.cropping2D({ inputShape, cropping: [[2, 1], [0, 3]] }), // biome-ignore format: one line
    layers.cropping2D({ cropping: [[1, 0], [1, 0]], dataFormat: 'channelsFirst' }), // biome-ignore format: one line
    layers.permute({ dims: [3, 1, 2] }),
    layers.conv2d({ filters: 4, kernelSize: 2 }),
    layers.permute({ dims: [2, 1, 3] }),
    layers.cropping2D({ cropping: [1, 0] }),
    ...end(),
  ]),
  chain('layer normalization, a threshold and repetition', () => [
    layers.layerNormalization({ inputShape }),
    layers.conv2d({ filters: 5, kernelSize: 3 }),
    layers.layerNormalization({ axis: [1, 2, 3], epsilon: 1e-5 }),
    tfLayers.rescaling({ scale: 2, offset: -1, name: 'rescaling' }),
    tfLayers.thresholdedReLU({ theta: 0.4, name: 'threshold' }),
    layers.flatten(),
    layers.layerNormalization({ scale: false }),
    layers.dense({ units: 4 }),
    tfLayers.repeatVector({ n: 3, name: 'repeat' }),
    ...end(),
  ]),
  chain('group normalization', () => [
    layers.conv2d({ inputShape, filters: 6, kernelSize: 3 }),
    layers.groupNormalization({ groups: 2 }),
    layers.groupNormalization({ groups: 1, epsilon: 1e-5, center: false }),
    layers.groupNormalization({ groups: -1, scale: false }),
    layers.maxPooling2d({}),
    layers.groupNormalization({ groups: 6 }),
    ...end(),
  ]),
  chain('group normalization of sequences and rows', () => [
    layers.reshape({ inputShape, targetShape: [21, 9] }),
    layers.conv1d({ filters: 6, kernelSize: 3 }),
    layers.groupNormalization({ groups: 3 }),
    layers.groupNormalization({ groups: -1 }),
    layers.conv1d({ filters: 4, kernelSize: 3 }),
    layers.flatten(),
    layers.groupNormalization({ groups: 4 }),
    layers.dense({ units: 3 }),
  ]),
  chain('convolutions and pooling of sequences', () => [
    layers.reshape({ inputShape, targetShape: [21, 9] }),
    layers.conv1d({ filters: 6, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu' }),
    layers.batchNormalization(),
    layers.maxPooling1d({ poolSize: 3, strides: 1 }),
    layers.conv1d({ filters: 4, kernelSize: 2, dilationRate: 2, useBias: false }),
    layers.averagePooling1d({ poolSize: 2, padding: 'same' }),
    layers.maxPooling1d({}), // pairs, as everywhere where nothing is said
    layers.averagePooling1d({}),
    layers.globalAveragePooling1d({}),
    layers.dense({ units: 3 }),
  ]),
  chain('trained rows', () => [
    layers.flatten({ inputShape }),
    tfLayers.rescaling({ scale: 11.99, name: 'numbers' }),
    layers.embedding({ inputDim: 12, outputDim: 5, embeddingsInitializer: 'glorotNormal' }),
    layers.globalMaxPooling1d({}),
    layers.dense({ units: 3 }),
  ]),
  {
    name: 'branches of which one has a single pixel or row',
    features: image,
    build: () =>
      functional(inputShape, (entry) => {
        const pooled = (poolSize: [number, number]) => through(entry, layers.averagePooling2d({ poolSize }));
        const weighted = through([entry, through(pooled([9, 7]), layers.activation({ activation: 'sigmoid' }))], layers.multiply());
        return through([pooled([9, 1]), weighted], layers.add(), ...end());
      }),
  },
  ...(['simpleRNN', 'gru', 'lstm'] as const).map((kind) =>
    chain(`${kind}, forwards and backwards`, () => [
      layers.reshape({ inputShape, targetShape: [21, 9] }),
      tfLayers[kind]({ ...glorot, units: 6, returnSequences: true, goBackwards: true, name: 'first' }),
      tfLayers[kind]({ ...glorot, units: 5, activation: 'relu', useBias: false, name: 'second' }),
      layers.dense({ units: 3 }),
    ]),
  ),
];

type Wrapped = Parameters<typeof tfLayers.bidirectional>[0]['layer'];
/** Of layers whose weights lie in others, which models of a project do not have. */
const imported = (name: string, build: () => Layer[]): SampleNet => ({
  name,
  features: image,
  build: () => sequential({ layers: build() }),
});

/** Nets of layers that hold others, and of products of two values. */
export const wrappedNets: readonly SampleNet[] = [
  ...(['concat', 'sum', 'ave', 'mul'] as const).map((mergeMode) =>
    imported(`recurrent layers in both directions, merged by ${mergeMode}`, () => [
      layers.reshape({ inputShape, targetShape: [21, 9] }),
      tfLayers.bidirectional({ layer: tfLayers.lstm({ ...glorot, units: 4, returnSequences: true }) as Wrapped, mergeMode, name: 'whole' }),
      tfLayers.bidirectional({ layer: tfLayers.gru({ ...glorot, units: 5, goBackwards: true }) as Wrapped, mergeMode, name: 'end' }),
      layers.dense({ units: 3 }),
    ]),
  ),
  imported('layers of every moment', () => [
    tfLayers.timeDistributed({ inputShape, layer: layers.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' }), name: 'convolution' }),
    tfLayers.timeDistributed({ layer: layers.batchNormalization(), name: 'normalization' }),
    tfLayers.timeDistributed({ layer: layers.flatten(), name: 'flatten' }),
    tfLayers.timeDistributed({ layer: layers.dense({ units: 5 }), name: 'dense' }),
    layers.reLU(),
    tfLayers.timeDistributed({ layer: layers.reshape({ targetShape: [5, 1] }), name: 'moments' }),
    tfLayers.timeDistributed({ layer: tfLayers.simpleRNN({ ...glorot, units: 4 }), name: 'recurrent' }),
    ...end(),
  ]),
  {
    name: 'products of two values',
    features: image,
    build: () =>
      functional(inputShape, (entry) => {
        const rows = through(entry, layers.reshape({ targetShape: [21, 9] }));
        const query = through(rows, layers.dense({ units: 6 }));
        const scores = through([query, through(rows, layers.dense({ units: 6 }))], tfLayers.dot({ axes: 2, name: 'scores' }));
        const read = through([through(scores, layers.softmax({ axis: -1 })), rows], tfLayers.dot({ axes: [2, 1], name: 'read' }));
        const mixed = through([read, rows], tfLayers.dot({ axes: [1, 1], name: 'mixed' }));
        const row = through(rows, layers.globalAveragePooling1d({}));
        const ends = [
          through([row, row], tfLayers.dot({ axes: 1, name: 'number' })),
          through([row, mixed], tfLayers.dot({ axes: [1, 2], name: 'row' })),
        ];
        return through(ends, layers.concatenate(), layers.dense({ units: 3 }));
      }),
  },
];

/** Every weight drawn anew, also biases and moving averages, so that nothing is hidden by zeros. */
export async function shaken(model: LayersModel, seed = 3): Promise<LayersModel> {
  const random = new RandomStream(seed);
  const weights = new Map(await readWeights(model));
  for (const [name, { shape, values }] of weights) {
    const draw = name.endsWith('variance')
      ? () => random.uniform(0.5, 2)
      : () => random.normal(0, 0.5 / Math.sqrt(values.length / (shape.at(-1) ?? 1)));
    const isDrawn = values.some((value) => value !== values[0]); // tfjs draws without a seed where a net is built outside of a project
    weights.set(name, { shape, values: values.map((value) => (isDrawn ? 2 * draw() : value + draw())) });
  }
  loadWeightsInto(model, { weights });
  return model;
}

/** `samples` random inputs, row after row. */
export function randomInputs({ inputShape }: Features, samples: number): Float32Array {
  const random = new RandomStream(1);
  return Float32Array.from({ length: samples * inputShape.reduce((a, b) => a * b, 1) }, () => random.uniform());
}

/** What tfjs computes. */
export async function tfjsOutputs(model: LayersModel, { inputShape }: Features, values: Float32Array): Promise<Float32Array> {
  const size = inputShape.reduce((a, b) => a * b, 1);
  const inputs = tensor(values, [values.length / size, ...inputShape]);
  const outputs = new ForwardPass(model).predict(inputs);
  const result = (await outputs.data()) as Float32Array;
  inputs.dispose();
  outputs.dispose();
  return result;
}

/** The largest difference between two lists of the same length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference; // NaN too
  }
  return largest;
}
