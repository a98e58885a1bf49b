import { dispose, memory, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { predictBatch, predictOne } from '../../../src/training/predict.ts';

const three: Features = {
  task: 'classification',
  inputShape: [3],
  outputs: 3,
  outputNames: ['cat', 'dog', 'cow'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

beforeAll(useBackend);

describe('predictOne', () => {
  it('sorts the classes by probability', () => {
    const model = sequential([layers.softmax({ name: 'softmax', inputShape: [3] })]);
    const before = memory().numTensors;
    const prediction = predictOne(model, Float32Array.of(0, Math.log(6), Math.log(3)), three);
    expect(memory().numTensors).toBe(before);
    if (prediction.task !== 'classification') throw new Error('classes were asked for');
    expect(prediction.classes.map(({ label }) => label)).toEqual(['dog', 'cow', 'cat']);
    prediction.classes.forEach(({ probability }, i) => {
      expect(probability).toBeCloseTo([0.6, 0.3, 0.1][i], 6);
    });
  });

  it('turns a number back into the unit of the target', () => {
    const features: Features = {
      ...three,
      task: 'regression',
      inputShape: [1],
      outputs: 1,
      outputNames: ['price'],
      targetScaling: { mean: 100, deviation: 20 },
    };
    const model = sequential([layers.dense({ name: 'dense1', inputShape: [1], units: 1 })]);
    const weights = [tensor2d([[2]]), tensor1d([1])];
    model.setWeights(weights);
    dispose(weights);
    expect(predictOne(model, Float32Array.of(0.25), features)).toEqual({ task: 'regression', values: [{ name: 'price', value: 130 }] });
    model.dispose();
  });

  it('says how many values a sample has', () => {
    const model = sequential([layers.softmax({ name: 'softmax', inputShape: [3] })]);
    expect(() => predictOne(model, new Float32Array(2), three)).toThrow('A sample has 3 values [3]; this one has 2.');
  });
});

describe('predictBatch', () => {
  it('gives what predictOne gives, also over several chunks', () => {
    const model = sequential([layers.softmax({ name: 'softmax', inputShape: [3] })]);
    const inputs = Float32Array.from({ length: 300 * 3 }, (_, i) => Math.sin(i));
    const all = predictBatch(model, inputs, three);
    expect(all).toHaveLength(300);
    expect(all[299]).toEqual(predictOne(model, inputs.subarray(299 * 3), three));
    expect(() => predictBatch(model, new Float32Array(4), three)).toThrow('4 values are no whole number of samples');
  });
});
