import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Features } from '../../../src/data/features.ts';
import type { Layer } from '../../../src/layers/index.ts';
import { functional, layers, sequential, through } from '../../../src/layers/index.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { ForwardPass } from '../../../src/training/forward-pass.ts';

/** 8x8 pictures of bars: upright, lying, or along the diagonal. */
export const features: Features = {
  task: 'classification',
  inputShape: [8, 8, 1],
  outputs: 3,
  outputNames: ['upright', 'lying', 'diagonal'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};

/** Noisy bars that a small net learns in a few epochs. */
export function bars(length: number, seed: number): Dataset {
  const random = new RandomStream(seed, 'bars');
  const inputs = Float32Array.from({ length: length * 64 }, () => 0.4 * random.uniform());
  const labels = Int32Array.from({ length }, (_, i) => i % 3);
  labels.forEach((label, sample) => {
    const at = 1 + random.integer(6);
    for (let i = 0; i < 8; i++) {
      const [y, x] = [
        [i, at],
        [at, i],
        [i, (i + at) % 8],
      ][label];
      inputs[sample * 64 + y * 8 + x] += 0.6;
    }
  });
  return {
    length,
    features,
    labels,
    get: (indices) => ({
      size: indices.length,
      inputs: Float32Array.from({ length: indices.length * 64 }, (_, i) => inputs[indices[i >> 6] * 64 + (i & 63)]),
      targets: Int32Array.from({ length: indices.length }, (_, i) => labels[indices[i]]),
    }),
  };
}

export const data = {
  train: new DataLoader(bars(384, 0), { batchSize: 32, shuffleSeed: 0 }),
  validation: new DataLoader(bars(96, 1), { batchSize: 96 }),
  test: async () => new DataLoader(bars(96, 2), { batchSize: 96 }),
};

export const training = {
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: { name: 'adam', learningRate: 3e-3 },
  monitor: 'val_loss',
  seed: 0,
} as const;

/** A model of these layers with weights drawn from seed 0. */
export function netOf(build: () => Layer[], dataFeatures: Features = features): LayersModel {
  return createModel(defineModel({ name: 'net', defaults: {}, build: () => sequential(build()) }), {}, dataFeatures, 0);
}

/** conv1 8 - pool1 - conv2 12 - pool2 - flatten - dense1 24 - dense2 3 */
export function smallConvNet(): LayersModel {
  return netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 12, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 24, activation: 'relu' }),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
}

/** flatten - dense1 24 with BatchNorm - dense2 3: it reads every pixel for itself. */
export function smallDenseNet(): LayersModel {
  return netOf(() => [
    layers.flatten({ inputShape: [8, 8, 1] }),
    layers.dense({ units: 24 }),
    layers.batchNormalization(),
    layers.reLU(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
}

/**
 * Every way in which channels go on: conv1 8 with BatchNorm - a residual block (conv2, conv3 with BatchNorm, add1) - pool1 - two
 * branches (conv4 6, depthwise1 + conv5 4) that concat1 joins - conv6 12 with BatchNorm - pool2 - flatten - dense1 16 - dense2 3.
 */
export function smallBranchedNet(): LayersModel {
  const same = { padding: 'same', kernelSize: 3 } as const;
  const norm = (name: string) => layers.batchNormalization({ name, momentum: 0.9 });
  const build = () =>
    functional([8, 8, 1], (input) => {
      const first = through(
        input,
        layers.conv2d({ name: 'conv1', filters: 8, ...same, useBias: false }),
        norm('norm1'),
        layers.reLU({ name: 'relu1' }),
      );
      const learnt = through(
        first,
        layers.conv2d({ name: 'conv2', filters: 8, ...same, activation: 'relu' }),
        layers.conv2d({ name: 'conv3', filters: 8, ...same, useBias: false }),
        norm('norm3'),
      );
      const pooled = through(
        [learnt, first],
        layers.add({ name: 'add1' }),
        layers.reLU({ name: 'relu3' }),
        layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      );
      const left = through(pooled, layers.conv2d({ name: 'conv4', filters: 6, kernelSize: 1, activation: 'relu' }));
      const right = through(
        pooled,
        layers.depthwiseConv2d({ name: 'depthwise1', ...same }),
        layers.conv2d({ name: 'conv5', filters: 4, kernelSize: 1, activation: 'relu' }),
      );
      return through(
        through([left, right], layers.concatenate({ name: 'concat1' })),
        layers.conv2d({ name: 'conv6', filters: 12, ...same, useBias: false }),
        norm('norm6'),
        layers.reLU({ name: 'relu6' }),
        layers.maxPooling2d({ name: 'pool2', poolSize: 2 }),
        layers.flatten({ name: 'flatten' }),
        layers.dense({ name: 'dense1', units: 16, activation: 'relu' }),
        layers.dense({ name: 'dense2', units: 3 }),
        layers.softmax({ name: 'softmax' }),
      );
    });
  return createModel(defineModel({ name: 'branched', defaults: {}, build }), {}, features, 0);
}

/** Four random samples `[4, ...inputShape]`, row after row. */
export function randomInputs(inputShape: readonly number[] = features.inputShape): Float32Array {
  const random = new RandomStream(5);
  return Float32Array.from({ length: 4 * inputShape.reduce((a, b) => a * b, 1) }, () => random.uniform());
}

/** What the model says about `randomInputs`. */
export async function outputsOf(model: LayersModel, inputShape: readonly number[] = features.inputShape): Promise<Float32Array> {
  const inputs = tensor(randomInputs(inputShape), [4, ...inputShape]);
  const outputs = new ForwardPass(model).predict(inputs);
  const values = (await outputs.data()) as Float32Array;
  inputs.dispose();
  outputs.dispose();
  return values;
}
