import {
  add,
  depthwiseConv2d,
  div,
  memory,
  mul,
  prelu,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamStep, sgdMomentumStep, sgdStep } from '../../../../src/backend/wasm/index.ts';
import { randomTensor, startWasm } from './wasm-backend.ts';

beforeAll(startWasm);

/** The same start for both ways; 11 values: two vectors and three more. */
function start(): { gradient: Tensor; make: () => Variable } {
  const initial = randomTensor([11]);
  return { gradient: randomTensor([11]), make: () => variable(initial.clone(), true) };
}

describe('adamStep', () => {
  it('gives the bits of the same formula in tfjs operations', () => {
    const before = memory().numTensors;
    tidy(() => {
      const { gradient, make } = start();
      const [ours, tfjs] = [make(), make()];
      const [momentum, velocity] = [zerosLike(gradient), zerosLike(gradient)];
      let [m, v]: Tensor[] = [zerosLike(gradient), zerosLike(gradient)];
      for (let step = 1; step <= 3; step++) {
        const rate = (0.01 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
        expect(adamStep(ours, gradient, momentum, velocity, { rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0.99 })).toBe(true);
        m = add(mul(m, 0.9), mul(gradient, 1 - 0.9));
        v = add(mul(v, 0.999), mul(square(gradient), 1 - 0.999));
        tfjs.assign(sub(mul(tfjs, 0.99), div(mul(m, rate), add(sqrt(v), 1e-7))));
      }
      expect(ours.dataSync()).toEqual(tfjs.dataSync());
      expect(momentum.dataSync()).toEqual(m.dataSync());
      ours.dispose();
      tfjs.dispose();
    });
    expect(memory().numTensors).toBe(before);
  });

  it('leaves a snapshot of the weights alone', () => {
    tidy(() => {
      const { gradient, make } = start();
      const weights = make();
      const snapshot = weights.clone();
      const before = weights.dataSync().slice();
      adamStep(weights, gradient, zerosLike(gradient), zerosLike(gradient), { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
      expect(snapshot.dataSync()).toEqual(before);
      expect(weights.dataSync()).not.toEqual(before);
      weights.dispose();
    });
  });

  it('does nothing where a slot is shared', () => {
    tidy(() => {
      const { gradient, make } = start();
      const weights = make();
      const momentum = zerosLike(gradient);
      momentum.clone();
      expect(adamStep(weights, gradient, momentum, zerosLike(gradient), { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 })).toBe(
        false,
      );
      weights.dispose();
    });
  });
});

describe('sgdMomentumStep', () => {
  it.each([false, true])('gives the bits of the same formula in tfjs operations, nesterov: %s', (nesterov) => {
    tidy(() => {
      const { gradient, make } = start();
      const [ours, tfjs] = [make(), make()];
      const velocity = zerosLike(gradient);
      let v: Tensor = zerosLike(gradient);
      for (let step = 0; step < 3; step++) {
        expect(sgdMomentumStep(ours, gradient, velocity, { learningRate: 0.1, momentum: 0.9, nesterov })).toBe(true);
        const change = mul(gradient, 0.1);
        v = sub(mul(v, 0.9), change);
        tfjs.assign(add(tfjs, nesterov ? sub(mul(v, 0.9), change) : v));
      }
      expect(ours.dataSync()).toEqual(tfjs.dataSync());
      ours.dispose();
      tfjs.dispose();
    });
  });
});

describe('sgdStep', () => {
  it('subtracts the gradient times the rate', () => {
    tidy(() => {
      const { gradient, make } = start();
      const weights = make();
      const expected = sub(weights, mul(gradient, 0.1)).dataSync();
      expect(sgdStep(weights, gradient, 0.1)).toBe(true);
      expect(weights.dataSync()).toEqual(expected);
      weights.dispose();
    });
  });
});

describe.each([
  ['a depthwise convolution', [3, 3, 4, 1], (x: Tensor, weights: Tensor) => depthwiseConv2d(x as Tensor4D, weights as Tensor4D, 1, 'same')],
  ['prelu', [1, 1, 4], (x: Tensor, weights: Tensor) => prelu(x, weights)],
] as const)('after a step %s', (_, shape, compute) => {
  it('computes with the changed weights, though tfjs packed those before', () => {
    const before = memory().numTensors;
    tidy(() => {
      const x = randomTensor([1, 5, 5, 4]);
      const weights = variable(randomTensor([...shape]), true);
      for (let step = 0; step < 2; step++) {
        compute(x, weights);
        expect(sgdStep(weights, randomTensor([...shape]), 1)).toBe(true);
      }
      expect(compute(x, weights).dataSync()).toEqual(compute(x, mul(weights, 1)).dataSync());
      weights.dispose();
    });
    expect(memory().numTensors).toBe(before);
  });
});
