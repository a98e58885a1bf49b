import { grads, memory, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalizeBatch } from '../../../../src/backend/wasm/index.ts';
import { createModel, vggSmall } from '../../../../src/models/index.ts';
import { ForwardPass } from '../../../../src/training/forward-pass.ts';
import { randomTensor, startWasm, valuesOn } from './wasm-backend.ts';

beforeAll(startWasm);

const onStatistics = () => undefined;

describe('normalizeBatch', () => {
  it('does nothing on another backend', async () => {
    const inputs = [randomTensor([4, 3]), randomTensor([3]), randomTensor([3])];
    const [none] = await valuesOn('cpu', inputs, (x, gamma, beta) => {
      expect(normalizeBatch(x, { gamma, beta, epsilon: 1e-3, activation: 'linear', onStatistics })).toBeUndefined();
      return [x];
    });
    expect(none.length).toBe(12);
  });

  it('gives results and gradients in one operation each, and leaves nothing over', () => {
    const before = memory().numTensors;
    tidy(() => {
      const inputs = [randomTensor([6, 5, 4, 7]), randomTensor([7]), randomTensor([7])];
      const normalized = (x: Tensor, gamma: Tensor, beta: Tensor) =>
        normalizeBatch(x, { gamma, beta, epsilon: 1e-3, activation: 'linear', onStatistics }) as Tensor;
      const weights = randomTensor([6, 5, 4, 7]);
      const [dx, dgamma, dbeta] = grads((...given: Tensor[]) => sum(mul(normalized(given[0], given[1], given[2]), weights)))(inputs);
      expect([dx.shape, dgamma.shape, dbeta.shape]).toEqual([[6, 5, 4, 7], [7], [7]]);
      // A normalized column does not change when all of it is moved.
      for (const total of sum(dx, [0, 1, 2]).dataSync()) expect(Math.abs(total)).toBeLessThan(1e-4);
      const direct = sum(weights, [0, 1, 2]).dataSync();
      dbeta.dataSync().forEach((value, index) => {
        expect(value).toBeCloseTo(direct[index], 4);
      });
    });
    expect(memory().numTensors).toBe(before);
  });
});

describe('a forward pass in training', () => {
  it('gives what the layers give one by one, and moves the running statistics as they do', async () => {
    const features = { task: 'classification', inputShape: [16, 16, 3], outputs: 10, outputNames: [...'0123456789'] } as const;
    const build = () =>
      createModel(vggSmall, { filters: [4, 6] }, { ...features, preprocessing: { kind: 'scale', scale: 1, offset: 0 } }, 0);
    const inputs = [randomTensor([3, 16, 16, 3])];
    const [ours, layers] = [build(), build()];
    const before = memory().numTensors;
    tidy(() => {
      const value = new ForwardPass(ours).train(inputs[0], false).dataSync();
      const expected = (layers.apply(inputs[0], { training: true }) as Tensor).dataSync();
      value.forEach((one, index) => {
        expect(one).toBeCloseTo(expected[index], 4);
      });
    });
    expect(memory().numTensors).toBe(before);
    const weights = [ours, layers].map((model) => model.getWeights().map((weight) => weight.dataSync()));
    weights[0].forEach((values, index) => {
      values.forEach((value, at) => {
        expect(value).toBeCloseTo(weights[1][index][at], 5);
      });
    });
    ours.dispose();
    layers.dispose();
  });
});
