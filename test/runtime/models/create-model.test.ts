import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { drawWeights } from '../../../src/models/draw-weights.ts';
import { createModel, defineModel, lenet5, mlp } from '../../../src/models/index.ts';

const rows: Features = {
  task: 'regression',
  inputShape: [3],
  outputs: 2,
  outputNames: ['x', 'y'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

beforeAll(async () => {
  await setBackend('cpu');
});

describe('createModel', () => {
  test('draws the numbers that the seed gives, weight by weight', () => {
    const before = memory().numTensors;
    const uniform = defineModel({
      name: 'uniform',
      defaults: {},
      build: ({ inputShape, outputs }) =>
        sequential([layers.dense({ inputShape, units: 4, kernelInitializer: 'glorotUniform' }), layers.dense({ units: outputs })]),
    });
    const model = createModel(uniform, {}, rows, 0);
    const limit = Math.sqrt(6 / (3 + 4));
    const random = new RandomStream(0, 'weights', 'dense1', 'kernel');
    expect(model.getWeights()[0].dataSync()).toEqual(Float32Array.from({ length: 12 }, () => random.uniform(-limit, limit)));
    expect(Array.from(model.getWeights()[1].dataSync())).toEqual([0, 0, 0, 0]);
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('leaves the other weights as they are when one layer changes', () => {
    const output = (hidden: number[]) => {
      const model = createModel(mlp, { hidden }, rows, 5);
      const values = model.layers
        .find((layer) => layer.name === 'dense2')!
        .getWeights()[0]
        .dataSync();
      model.dispose();
      return values;
    };
    expect(output([4, 3, 8])).toEqual(output([4, 3, 9]));
  });

  test('builds an mlp that ends linear where numbers are predicted, with dropout where asked', () => {
    const model = createModel(mlp, { hidden: [4, 4], dropout: 0.5 }, rows, 0);
    expect(model.layers.map((layer) => layer.name)).toEqual(['input', 'dense1', 'dropout1', 'dense2', 'dropout2', 'dense3']);
    model.dispose();
  });

  test('builds a net with a shortcut, alike every time', () => {
    const before = memory().numTensors;
    const shortcut = defineModel({
      name: 'shortcut',
      defaults: { units: 4 },
      build({ inputShape, outputs }, { units }) {
        const input = layers.input({ shape: [...inputShape] });
        const first = layers.dense({ units }).apply(input) as SymbolicTensor;
        const second = layers.dense({ units, activation: 'relu' }).apply(first) as SymbolicTensor;
        const sum = layers.add().apply([first, second]) as SymbolicTensor;
        return tfModel({ inputs: input, outputs: layers.dense({ units: outputs }).apply(sum) as SymbolicTensor });
      },
    });
    const [one, other] = [1, 1].map((seed) => createModel(shortcut, {}, rows, seed));
    expect(one.layers.map(({ name }) => name)).toEqual(['input1', 'dense1', 'dense2', 'add1', 'dense3']);
    expect(other.layers.map(({ name }) => name)).toEqual(one.layers.map(({ name }) => name));
    expect(other.getWeights().map((weight) => weight.dataSync())).toEqual(one.getWeights().map((weight) => weight.dataSync()));
    one.dispose();
    other.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('refuses outputs of another length and options that cannot be built', () => {
    const before = memory().numTensors;
    const fixed = defineModel({ name: 'fixed', defaults: {}, build: () => sequential([layers.dense({ inputShape: [3], units: 7 })]) });
    expect(() => createModel(fixed, {}, rows, 0)).toThrow('fixed gives outputs of shape [7]; the data needs [2].');
    const images: Features = { ...rows, task: 'classification', inputShape: [28, 28, 1] };
    expect(() => createModel(lenet5, { filters: [20] }, images, 0)).toThrow(/^lenet5 cannot be built .*"filters":\[20\]/);
    expect(memory().numTensors).toBe(before);
  });
});

describe('drawWeights', () => {
  const draw = (className: string, config: Record<string, unknown>, shape = [200, 100]) =>
    drawWeights({ className, config }, shape, new RandomStream(0, 'test'), 'layer/kernel');

  function moments(values: Float32Array) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { mean, deviation, largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) };
  }

  test.each([
    ['glorotUniform', { scale: 1, mode: 'fanAvg', distribution: 'uniform' }, Math.sqrt(2 / 300), Math.sqrt(6 / 300)],
    ['glorotNormal', { scale: 1, mode: 'fanAvg', distribution: 'normal' }, Math.sqrt(2 / 300), (2 * Math.sqrt(2 / 300)) / 0.8796],
    ['heNormal', { scale: 2, mode: 'fanIn', distribution: 'normal' }, 0.1, 0.2 / 0.8796],
    ['heUniform', { scale: 2, mode: 'fanIn', distribution: 'uniform' }, 0.1, Math.sqrt(6 / 200)],
    ['leCunNormal', { scale: 1, mode: 'fanIn', distribution: 'normal' }, Math.sqrt(1 / 200), (2 * Math.sqrt(1 / 200)) / 0.8796],
  ])('%s has the deviation and the bound of its formula', (_, config, deviation, bound) => {
    const drawn = moments(draw('VarianceScaling', config));
    expect(Math.abs(drawn.mean)).toBeLessThan(0.03 * deviation);
    expect(drawn.deviation / deviation).toBeCloseTo(1, 1.5);
    expect(drawn.largest).toBeLessThanOrEqual(bound * 1.001);
  });

  test('refuses an initializer that it does not know', () => {
    expect(() => draw('Odd', {})).toThrow('The initializer Odd of layer/kernel cannot be drawn from a seed. Known: zeros, ones,');
  });

  test('the fans of a convolution count its window', () => {
    const config = { scale: 1, mode: 'fanIn', distribution: 'uniform' };
    expect(moments(draw('VarianceScaling', config, [5, 5, 20, 50])).largest).toBeCloseTo(Math.sqrt(3 / 500), 4);
  });

  test('constant, ones, randomNormal and truncatedNormal follow their options', () => {
    expect(draw('Constant', { value: 0.5 }, [2])).toEqual(Float32Array.of(0.5, 0.5));
    expect(draw('Ones', {}, [1])).toEqual(Float32Array.of(1));
    const normal = moments(draw('RandomNormal', { mean: 1, stddev: 0.1 }));
    expect(normal.mean).toBeCloseTo(1, 2);
    expect(normal.deviation).toBeCloseTo(0.1, 2);
    expect(moments(draw('TruncatedNormal', { mean: 0, stddev: 0.1 })).largest).toBeLessThanOrEqual(0.2);
  });
});
