import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bottleneck1x1,
  convBnRelu,
  depthwiseSeparable,
  fire,
  functional,
  inceptionModule,
  layers,
  residual,
  sequential,
  through,
  withLayerNames,
} from '../../../src/layers/index.ts';
import { summarize } from '../../../src/models/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** What a block makes of images of 8x8 with 6 channels. */
function describeBlock(build: (images: SymbolicTensor) => SymbolicTensor) {
  const model = withLayerNames(() => functional([8, 8, 6], build));
  const kernels = model.weights.filter(({ originalName }) => /kernel$/.test(originalName));
  const result = {
    names: model.layers.map(({ name }) => name).slice(1),
    shape: model.outputs[0].shape.slice(1),
    kernelWeights: kernels.reduce((sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b), 0),
    multiplyAccumulates: summarize(model).multiplyAccumulates,
  };
  model.dispose();
  return result;
}

describe('blocks have the shapes, names and costs that their docstrings say', () => {
  test('convBnRelu', () => {
    expect(describeBlock((images) => convBnRelu(images, { filters: 5, strides: 2 }))).toEqual({
      names: ['conv1', 'conv1-norm', 'conv1-relu'],
      shape: [4, 4, 5],
      kernelWeights: 9 * 6 * 5,
      multiplyAccumulates: 4 * 4 * 9 * 6 * 5,
    });
  });

  test('bottleneck1x1', () => {
    const kernelWeights = 6 * 2 + 25 * 2 * 10;
    expect(describeBlock((images) => bottleneck1x1(images, { reduce: 2, filters: 10, kernelSize: 5, batchNormalization: false }))).toEqual({
      names: ['bottleneck1-reduce', 'bottleneck1'],
      shape: [8, 8, 10],
      kernelWeights,
      multiplyAccumulates: 64 * kernelWeights,
    });
  });

  test('inceptionModule, with reductions and without', () => {
    const filters = { '1x1': 2, '3x3': 4, '5x5': 3, pool: 1 };
    const options = { name: 'mixed', filters, batchNormalization: false };
    const reduced = 6 * 2 + (6 * 3 + 9 * 3 * 4) + (6 * 2 + 25 * 2 * 3) + 6;
    expect(describeBlock((images) => inceptionModule(images, { ...options, reduce: { '3x3': 3, '5x5': 2 } }))).toEqual({
      names: [
        ...['mixed-3x3-reduce', 'mixed-5x5-reduce', 'mixed-pool'],
        ...['mixed-1x1', 'mixed-3x3', 'mixed-5x5', 'mixed-projection', 'mixed'],
      ],
      shape: [8, 8, 10],
      kernelWeights: reduced,
      multiplyAccumulates: 64 * reduced,
    });
    const whole = describeBlock((images) => inceptionModule(images, { ...options, reduce: false }));
    expect(whole.kernelWeights).toBe(6 * 2 + 9 * 6 * 4 + 25 * 6 * 3 + 6);
    expect(whole.names.sort()).toEqual(['mixed', 'mixed-1x1', 'mixed-3x3', 'mixed-5x5', 'mixed-pool', 'mixed-projection']);
  });

  test('fire', () => {
    const kernelWeights = 6 * 2 + 10 * 2 * 4;
    expect(describeBlock((images) => fire(images, { squeeze: 2, expand: 4 }))).toEqual({
      names: ['fire1-squeeze', 'fire1-1x1', 'fire1-3x3', 'fire1'],
      shape: [8, 8, 8],
      kernelWeights,
      multiplyAccumulates: 64 * kernelWeights,
    });
  });

  test('depthwiseSeparable', () => {
    const part = (name: string) => [name, `${name}-norm`, `${name}-relu`];
    expect(describeBlock((images) => depthwiseSeparable(images, { filters: 12, strides: 2 }))).toEqual({
      names: [...part('separable1-depthwise'), ...part('separable1')],
      shape: [4, 4, 12],
      kernelWeights: (9 + 12) * 6,
      multiplyAccumulates: 16 * (9 + 12) * 6,
    });
  });

  test('residual, with the input added as it is and led through a convolution', () => {
    const same = describeBlock((images) => residual(images, { filters: 6 }));
    expect(same).toMatchObject({ shape: [8, 8, 6], kernelWeights: 9 * (6 + 6) * 6 });
    expect(same.names.slice(-2)).toEqual(['residual1-add', 'residual1']);
    const wider = describeBlock((images) => residual(images, { filters: 12, strides: 2 }));
    expect(wider).toMatchObject({ shape: [4, 4, 12], kernelWeights: 9 * (6 + 12) * 12 + 6 * 12 });
    expect(wider.names).toContain('residual1-shortcut');
  });

  test('are counted by themselves, apart from others', () => {
    const { names } = describeBlock((images) =>
      fire(convBnRelu(fire(images, { squeeze: 1, expand: 1 }), { filters: 2 }), { squeeze: 1, expand: 1 }),
    );
    expect(names.filter((name) => !name.includes('-'))).toEqual(['fire1', 'conv1', 'fire2']);
  });
});

describe('functional', () => {
  test('keeps no weights of a model that cannot be built', () => {
    const before = memory().numTensors;
    expect(() =>
      describeBlock((images) => through(residual(images, { filters: 4 }), layers.conv2d({ filters: 2, kernelSize: 9 }))),
    ).toThrow('Layer conv1 cannot take inputs of shape [8, 8, 4]. They are too small for it: its output would be [0, 0, 2].');
    expect(() => functional([4], (rows) => convBnRelu(rows, { name: 'first', filters: 2 }))).toThrow(
      'Layer first cannot take inputs of shape [4]. It needs images: [height, width, channels].',
    );
    expect(memory().numTensors).toBe(before);
  });

  test('takes a whole model as a layer', () => {
    const before = memory().numTensors;
    const inner = sequential([layers.dense({ inputShape: [3], units: 2 })]);
    const model = functional([3], (rows) => through([through(rows, inner), through(rows, inner)], layers.add()));
    expect(model.countParams()).toBe(8);
    model.dispose();
    inner.dispose(); // it has an owner of its own
    expect(memory().numTensors).toBe(before);
  });
});
