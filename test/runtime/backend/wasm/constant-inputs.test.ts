import {
  add,
  customGrad,
  fused,
  grads,
  matMul,
  memory,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { constantInputs } from '../../../../src/backend/wasm/constant-inputs.ts';
import { withoutInputGradients } from '../../../../src/backend/wasm/index.ts';
import { randomTensor, startWasm } from './wasm-backend.ts';

beforeAll(startWasm);

const convolve = (x: Tensor, filter: Tensor) =>
  fused.conv2d({ x: x as Tensor4D, filter: filter as Tensor4D, strides: 1, pad: 'same', activation: 'linear' });
const multiply = (a: Tensor, b: Tensor) => fused.matMul({ a: a as Tensor2D, b: b as Tensor2D, transposeA: false, transposeB: false });

/** The gradients of all variables are the same with and without. */
function expectSameGradients(shapes: number[][], loss: (...variables: Variable[]) => Tensor): void {
  const before = memory().numTensors;
  tidy(() => {
    const variables = shapes.map((shape) => variable(randomTensor(shape)));
    const run = () => {
      const { grads: gradients } = variableGrads(() => sum(loss(...variables)), variables);
      return variables.map(({ name }) => gradients[name].dataSync().slice());
    };
    expect(withoutInputGradients(run)).toEqual(run());
    for (const each of variables) each.dispose();
  });
  expect(memory().numTensors).toBe(before);
}

describe('withoutInputGradients', () => {
  it('leaves the gradients of two layers as they are', () => {
    const x = randomTensor([2, 4, 4, 3]);
    expectSameGradients(
      [
        [3, 3, 3, 5],
        [3, 3, 5, 2],
      ],
      (first, second) => convolve(convolve(x, first), second),
    );
    expectSameGradients(
      [
        [48, 7],
        [7, 3],
      ],
      (first, second) => multiply(multiply(reshape(x, [2, 48]), first), second),
    );
  });

  it('sees that a layer used twice needs the gradient of its second use', () => {
    const x = randomTensor([1, 4, 4, 3]);
    expectSameGradients([[3, 3, 3, 3]], (filter) => convolve(convolve(x, filter), filter));
    expectSameGradients([[3, 3]], (weights) => multiply(multiply(reshape(x, [16, 3]), weights), weights));
  });

  it('sees that a weight is used again transposed', () => {
    const x = randomTensor([5, 4]);
    expectSameGradients([[4, 3]], (weights) => matMul(multiply(x, weights), weights, false, true));
  });

  it('sees a bias that was added to the data', () => {
    const x = randomTensor([1, 4, 4, 3]);
    expectSameGradients([[3], [3, 3, 3, 2]], (offset, filter) => convolve(add(x, offset), filter));
  });

  it('leaves out the gradient of the data and no other', () => {
    tidy(() => {
      const x = randomTensor([1, 4, 4, 3]);
      const [first, second] = [variable(randomTensor([3, 3, 3, 5])), variable(randomTensor([3, 3, 5, 2]))];
      let leftOut: boolean[] = [];
      // Its gradient runs first of all: then the whole forward pass is known.
      const watch = customGrad((y) => ({
        value: (y as Tensor).clone(),
        gradFunc: (dy) => {
          leftOut = [first, second].map((filter) => constantInputs.needsNoGradient(filter));
          return dy;
        },
      }));
      const loss = () => sum(watch(convolve(convolve(x, first), second))) as Scalar;
      withoutInputGradients(() => variableGrads(loss, [first, second]));
      expect(leftOut).toEqual([true, false]);
      variableGrads(loss, [first, second]);
      expect(leftOut).toEqual([false, false]);
      for (const each of [first, second]) each.dispose();
    });
  });

  it('does not reach beyond its call', () => {
    tidy(() => {
      const [x, filter] = [randomTensor([1, 4, 4, 3]), variable(randomTensor([3, 3, 3, 2]))];
      withoutInputGradients(() => variableGrads(() => sum(convolve(x, filter)), [filter]));
      const [gradient] = grads((a: Tensor) => sum(mul(convolve(a, filter), 2)))([x]);
      expect(gradient.dataSync().some((value) => value !== 0)).toBe(true);
      filter.dispose();
    });
  });
});
