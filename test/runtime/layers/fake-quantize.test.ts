import { memory, mul, sum, type Tensor, tensor1d, tensor2d, tidy, variable, variableGrads } from '@tensorflow/tfjs-core';
import { type LayersModel, sequential } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { roundHalfToEven } from '../../../src/core/round-half-to-even.ts';
import { FakeQuantize, followBatches } from '../../../src/layers/fake-quantize.ts';
import { activationRange, roundActivation } from '../../../src/packed/activation-range.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** A model that only rounds rows of four. */
function rounding(low: number, high: number, dynamic = false): LayersModel {
  const model = sequential({ layers: [new FakeQuantize({ inputShape: [4], dynamic })] });
  if (!dynamic) tidy(() => model.layers[0].setWeights([tensor1d([low, high])]));
  return model;
}

const call = (model: LayersModel, values: number[], training = false) =>
  tidy(() => {
    const result = model.layers[0].apply(tensor2d(values, [values.length / 4, 4]), { training }) as Tensor;
    return Array.from(result.dataSync(), (value) => value + 0); // -0 is 0
  });

it('rounds halves to the even number, as every integer engine', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 126.5].map(roundHalfToEven)).toEqual([0, 2, 2, 0, -2, 126]);
});

describe('activationRange', () => {
  it('has 0 as a whole number exactly, inside the range', () => {
    for (const [low, high] of [
      [-1, 1],
      [-0.3, 5],
      [2, 3],
      [-3, -2],
    ]) {
      const range = activationRange(low, high);
      expect(roundActivation(0, range)).toBe(0);
      expect(range.zeroPoint).toBeGreaterThanOrEqual(0);
      expect(range.zeroPoint).toBeLessThanOrEqual(127);
    }
    expect(activationRange(0, 127)).toEqual({ scale: 1, zeroPoint: 0 });
    expect(activationRange(0, 0)).toEqual({ scale: 1, zeroPoint: 0 });
  });
});

describe('FakeQuantize', () => {
  it('gives exactly the values of the whole numbers, and cuts off at the ends of the range', () => {
    const model = rounding(-1, 3);
    const values = [-5, -1, -0.01, 0, 0.015, 0.51, 2.98, 100];
    const range = activationRange(-1, 3);
    expect(call(model, values)).toEqual(values.map((value) => roundActivation(Math.fround(value), range) + 0));
    model.dispose();
  });

  it('rounds halves to even', () => {
    const model = rounding(0, 127);
    expect(call(model, [0.5, 1.5, 2.5, 126.5])).toEqual([0, 2, 2, 126]);
    model.dispose();
  });

  it('lets gradients through inside the range, and none outside', () => {
    const model = rounding(0, 127);
    const x = tidy(() => variable(tensor2d([-3, 5.2, 127.3, 140], [1, 4])));
    const { value, grads } = variableGrads(() => sum(mul(model.layers[0].apply(x) as Tensor, 2)), [x]);
    expect(Array.from(grads[x.name].dataSync())).toEqual([0, 2, 2, 0]);
    for (const one of [value, ...Object.values(grads), x, model]) one.dispose();
  });

  it('follows the training batches while it is told to, and never in inference', () => {
    const model = rounding(0, 10);
    const range = () => Array.from(model.weights[0].read().dataSync());
    call(model, [-1, 0, 0, 20]);
    call(model, [-1, 0, 0, 20], true);
    expect(range()).toEqual([0, 10]);
    followBatches(model, true);
    call(model, [-1, 0, 0, 20]);
    expect(range()).toEqual([0, 10]);
    call(model, [-1, 0, 0, 20], true);
    expect(range()).toEqual([Math.fround(-0.01), Math.fround(10.1)]);
    followBatches(model, false);
    call(model, [-1, 0, 0, 20], true);
    expect(range()).toEqual([Math.fround(-0.01), Math.fround(10.1)]);
    expect(model.trainableWeights).toEqual([]);
    model.dispose();
  });

  it('dynamic takes each sample in its own range', () => {
    const model = rounding(0, 0, true);
    expect(model.weights).toEqual([]);
    expect(call(model, [0, 1.4, 2.6, 127, 0, 14, 26, 1270])).toEqual([0, 1, 3, 127, 0, 10, 30, 1270]);
    expect(call(model, [0, 0, 0, 0])).toEqual([0, 0, 0, 0]);
    model.dispose();
  });
});
