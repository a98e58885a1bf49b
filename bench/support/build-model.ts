import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { RandomStream } from '../../src/core/random.ts';
import { drawDigits } from '../../src/data/images/digits/draw-digits.ts';
import { ImageDataset } from '../../src/data/images/image-dataset.ts';
import { layers, sequential } from '../../src/layers/index.ts';
import { createModel } from '../../src/models/create-model.ts';
import { defineModel } from '../../src/models/define-model.ts';
import { inception } from '../../src/models/inception.ts';
import { lenet300100 } from '../../src/models/lenet-300-100.ts';
import { lenet5 } from '../../src/models/lenet5.ts';
import { lenet5Classic } from '../../src/models/lenet5-classic.ts';
import { mlp } from '../../src/models/mlp.ts';
import { mobilenet } from '../../src/models/mobilenet.ts';
import { resnet } from '../../src/models/resnet.ts';
import { squeezenet } from '../../src/models/squeezenet.ts';
import { vggSmall } from '../../src/models/vgg-small.ts';

/** 784-500-300-10 with batch normalization: the net of network slimming (Liu et al., 2017) on MNIST. */
const slimmingMlp = defineModel({
  name: 'slimming-mlp',
  defaults: {},
  build: ({ inputShape, outputs }) =>
    sequential([
      layers.flatten({ inputShape }),
      ...[500, 300].flatMap((units) => [
        layers.dense({ units, useBias: false }),
        layers.batchNormalization({ momentum: 0.9 }),
        layers.reLU(),
      ]),
      layers.dense({ units: outputs }),
      layers.softmax(),
    ]),
});

/** The net of BinaryConnect (Courbariaux, Bengio and David, 2015) on MNIST: three hidden layers, and scores for a hinge loss. */
const binaryconnectMlp = defineModel({
  name: 'binaryconnect-mlp',
  defaults: {},
  build: ({ inputShape, outputs }) =>
    sequential([
      layers.flatten({ inputShape }),
      ...[1024, 1024, 1024].flatMap((units) => [
        layers.dense({ units, useBias: false }),
        layers.batchNormalization({ momentum: 0.9, epsilon: 1e-4 }),
        layers.reLU(),
      ]),
      layers.dense({ units: outputs, useBias: false }),
      layers.batchNormalization({ momentum: 0.9, epsilon: 1e-4 }),
    ]),
});

/** The rows of a picture, one after the other. */
const overRows = (name: string, layer: () => ReturnType<typeof tfLayers.rnn>) =>
  defineModel({
    name,
    defaults: {},
    build: ({ inputShape, outputs }) =>
      sequential([layers.reshape({ inputShape, targetShape: [28, 28] }), layer(), layers.dense({ units: outputs }), layers.softmax()]),
  });
const lstm = overRows('lstm', () => tfLayers.lstm({ units: 128, recurrentActivation: 'sigmoid' }));
const gru = overRows('gru', () => tfLayers.gru({ units: 128, recurrentActivation: 'sigmoid' }));

const builders = {
  lenet5: (seed: number) => createModel(lenet5, {}, digits, seed),
  'lenet5-classic': (seed: number) => createModel(lenet5Classic, {}, digits, seed),
  'lenet-300-100': (seed: number) => createModel(lenet300100, {}, digits, seed),
  'vgg-small': (seed: number) => createModel(vggSmall, {}, colours, seed),
  'slimming-mlp': (seed: number) => createModel(slimmingMlp, {}, digits, seed),
  'binaryconnect-mlp': (seed: number) => createModel(binaryconnectMlp, {}, digits, seed),
  mlp: (seed: number) => createModel(mlp, {}, digits, seed),
  resnet20: (seed: number) => createModel(resnet, { depth: 20 }, colours, seed),
  inception: (seed: number) => createModel(inception, {}, colours, seed),
  squeezenet: (seed: number) => createModel(squeezenet, {}, colours, seed),
  mobilenet: (seed: number) => createModel(mobilenet, {}, colours, seed),
  lstm: (seed: number) => createModel(lstm, {}, digits, seed),
  gru: (seed: number) => createModel(gru, {}, digits, seed),
};

/** Models for pictures in colour. */
const coloured: readonly ModelName[] = ['vgg-small', 'resnet20', 'inception', 'squeezenet', 'mobilenet'];

/** The models that are measured. */
export type ModelName = keyof typeof builders;

/** Those of the catalogue, with their default options. */
export const catalogueModels = [
  'lenet5-classic',
  'lenet5',
  'lenet-300-100',
  'mlp',
  'vgg-small',
  'resnet20',
  'inception',
  'squeezenet',
  'mobilenet',
] as const satisfies readonly ModelName[];

/** Images of 28x28, ten classes: drawn digits and MNIST alike. */
const { features: digits } = drawDigits({ count: 10, seed: 0 });
/** Images as CIFAR-10 has them. */
const { features: colours } = noise(10);

/** A model of the catalogue with its default options. */
export function buildModel(name: ModelName, seed = 0): LayersModel {
  return builders[name](seed);
}

/** Images that a model is measured on: what is on them does not matter. */
export function imagesFor(name: ModelName, count: number): ImageDataset {
  return coloured.includes(name) ? noise(count) : drawDigits({ count, seed: 0 });
}

function noise(count: number): ImageDataset {
  const random = new RandomStream(0, 'noise');
  const pixels = Uint8Array.from({ length: count * 32 * 32 * 3 }, () => random.integer(256));
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  return new ImageDataset({ pixels, labels, shape: [32, 32, 3], classNames: Array.from('0123456789') });
}
