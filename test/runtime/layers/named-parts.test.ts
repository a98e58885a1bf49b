import { memory, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { regularizers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { createModel, defineModel } from '../../../src/models/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { pointFeatures, pointLoader } from '../training/tiny-training.ts';

beforeAll(useBackend);

type DenseArgs = Parameters<typeof layers.dense>[0];

/** A model of the plane's points whose first layer has these arguments. */
function modelWith(args: Partial<DenseArgs>, seed = 0) {
  const definition = defineModel({
    name: 'named',
    defaults: {},
    // The first layer is dense1.
    build: ({ inputShape }) =>
      sequential([layers.dense({ inputShape, units: 4, activation: 'tanh', ...args }), layers.dense({ units: 2, activation: 'softmax' })]),
  });
  return createModel(definition, {}, pointFeatures, seed);
}

function kernelOf(model: ReturnType<typeof modelWith>): number[] {
  return Array.from(model.getLayer('dense1').getWeights()[0].dataSync());
}

const training = { epochs: 2, loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'sgd', learningRate: 0.5 } };

describe('initialisers by name', () => {
  it.each([
    'glorotNormal',
    'glorotUniform',
    'heNormal',
    'heUniform',
    'leCunNormal',
    'leCunUniform',
    'randomNormal',
    'randomUniform',
    'truncatedNormal',
    'varianceScaling',
    'orthogonal',
  ] as const)('%s draws from the seed, 0 being one like any other', (kernelInitializer) => {
    const draw = (seed: number) => {
      const model = modelWith({ kernelInitializer }, seed);
      const kernel = kernelOf(model);
      model.dispose();
      return kernel;
    };
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
    expect(new Set(draw(0)).size).toBe(8);
  });

  it.each([
    ['zeros', 0],
    ['ones', 1],
  ] as const)('%s', (kernelInitializer, value) => {
    const model = modelWith({ kernelInitializer });
    expect(kernelOf(model)).toEqual(new Array(8).fill(value));
    model.dispose();
  });

  it('orthogonal makes rows at right angles, of length 1', () => {
    const model = modelWith({ kernelInitializer: 'orthogonal' });
    const kernel = kernelOf(model);
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const [first, second] = [kernel.slice(0, 4), kernel.slice(4)];
    expect(product(first, first)).toBeCloseTo(1, 5);
    expect(product(second, second)).toBeCloseTo(1, 5);
    expect(product(first, second)).toBeCloseTo(0, 5);
    model.dispose();
  });

  it('identity passes the inputs on', () => {
    const model = modelWith({ kernelInitializer: 'identity', units: 2 });
    expect(kernelOf(model)).toEqual([1, 0, 0, 1]);
    model.dispose();
  });
});

describe('regularizers', () => {
  it.each([
    ['l1l2', 0.01, 0.01],
    [regularizers.l1({ l1: 0.1 }), 0.1, 0],
    [regularizers.l2({ l2: 0.1 }), 0, 0.1],
  ] as const)('%o is part of the loss and makes weights smaller', async (kernelRegularizer, l1, l2) => {
    const sizes = [];
    for (const args of [{}, { kernelRegularizer }]) {
      const model = modelWith(args);
      const penalty = kernelOf(model).reduce((sum, weight) => sum + l1 * Math.abs(weight) + l2 * weight ** 2, 0);
      if ('kernelRegularizer' in args) expect(lossOf(model)).toBeCloseTo(penalty, 5);
      await new Trainer(model, { ...training, epochs: 4 }).fit(pointLoader(64));
      sizes.push(kernelOf(model).reduce((sum, weight) => sum + Math.abs(weight), 0));
      model.dispose();
    }
    expect(sizes[1]).toBeLessThan(sizes[0]);
  });
});

function lossOf(model: ReturnType<typeof modelWith>): number {
  return tidy(() => (model.getLayer('dense1').calculateLosses() as Tensor[])[0].dataSync()[0]);
}

describe('constraints by name hold after training', () => {
  const lengths = (kernel: number[]) => [0, 1, 2, 3].map((unit) => Math.hypot(kernel[unit], kernel[4 + unit]));

  it.each([
    ['maxNorm', (kernel: number[]) => lengths(kernel).every((length) => length <= 2 + 1e-5)],
    ['minMaxNorm', (kernel: number[]) => lengths(kernel).every((length) => length <= 1 + 1e-5)],
    ['unitNorm', (kernel: number[]) => lengths(kernel).every((length) => Math.abs(length - 1) < 1e-4)],
    ['nonNeg', (kernel: number[]) => kernel.every((weight) => weight >= 0)],
  ] as const)('%s', async (kernelConstraint, holds) => {
    const model = modelWith({ kernelConstraint, kernelInitializer: 'randomNormal' });
    await new Trainer(model, { ...training, optimizer: { name: 'sgd', learningRate: 5 } }).fit(pointLoader(64));
    const before = memory().numTensors;
    expect(kernelOf(model)).toSatisfy(holds);
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});
