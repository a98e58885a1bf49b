import { add, conv2d, grads, maxPool, memory, mul, relu, relu6, sum, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PooledConvolution, pooledConv2d } from '../../../../src/backend/wasm/index.ts';
import { expectSameOnCpu, randomTensor, startWasm } from './wasm-backend.ts';

beforeAll(startWasm);

const options = { strides: [1, 1], padding: 'valid', poolSize: [2, 2], poolStrides: [2, 2] } as const;
const activations = { linear: (x: Tensor) => x, relu, relu6 };

interface Case {
  readonly activation: keyof typeof activations;
  readonly stride: 1 | 2;
  readonly padding: 'valid' | 'same';
  readonly pool: [number, number];
  readonly channels: readonly [inputs: number, outputs: number];
}
const cases: Case[] = [
  { activation: 'relu', stride: 1, padding: 'valid', pool: [2, 2], channels: [1, 6] },
  { activation: 'linear', stride: 1, padding: 'same', pool: [2, 2], channels: [3, 5] },
  { activation: 'relu6', stride: 2, padding: 'same', pool: [3, 2], channels: [2, 8] },
];

describe('pooledConv2d', () => {
  it.each(cases)('is convolution, pooling and $activation, with their gradients: stride $stride, padding $padding', async (one) => {
    const { activation, stride, padding, pool, channels } = one;
    const inputs = [randomTensor([3, 11, 10, channels[0]]), randomTensor([3, 3, ...channels]), randomTensor([channels[1]])];
    const convolution = {
      ...options,
      strides: [stride, stride] as [number, number],
      padding,
      poolSize: pool,
      poolStrides: pool,
      activation,
    };
    const apart = (x: Tensor, filter: Tensor, bias: Tensor) =>
      activations[activation](
        maxPool(add(conv2d(x as Tensor4D, filter as Tensor4D, stride, padding), bias) as Tensor4D, pool, pool, 'valid'),
      );
    // On the cpu backend it is not done at once, so that both ways are compared.
    const atOnce = (x: Tensor, filter: Tensor, bias: Tensor) =>
      pooledConv2d(x, { ...convolution, filter, bias }, false) ?? apart(x, filter, bias);
    await expectSameOnCpu(inputs, (...given) => {
      const [x, filter, bias] = given;
      const result = atOnce(x, filter, bias);
      const gradients = grads((...all: Tensor[]) => sum(mul(atOnce(all[0], all[1], all[2]), result)));
      return [result, ...gradients([x, filter, bias])];
    });
  });

  it('computes no gradient of data, needs no bias, and leaves no tensor behind', () => {
    const [x, filter] = [randomTensor([2, 6, 6, 1]), randomTensor([3, 3, 1, 4])];
    const convolution: PooledConvolution = { ...options, strides: [1, 1], filter, activation: 'relu' };
    const before = memory().numTensors;
    tidy(() => {
      const [gradient] = grads((weights: Tensor) => sum(pooledConv2d(x, { ...convolution, filter: weights }, true) as Tensor))([filter]);
      expect(gradient.shape).toEqual(filter.shape);
    });
    expect(memory().numTensors).toBe(before);
  });

  it('is left to others where a bias is one number for all', () => {
    const [x, filter, bias] = [randomTensor([2, 6, 6, 1]), randomTensor([3, 3, 1, 4]), randomTensor([1])];
    expect(pooledConv2d(x, { ...options, strides: [1, 1], filter, bias, activation: 'relu' }, true)).toBeUndefined();
  });
});
