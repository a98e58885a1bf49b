import {
  add,
  avgPool,
  batchNorm,
  concat,
  conv2d,
  depthwiseConv2d,
  fused,
  grads,
  matMul,
  maxPool,
  mean,
  memory,
  mul,
  relu,
  relu6,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  tile,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmKernels } from '../../../../src/backend/wasm/index.ts';
import { expectSameOnCpu, randomTensor, startWasm, valuesOn } from './wasm-backend.ts';

beforeAll(startWasm);

type Explicit = [[number, number], [number, number], [number, number], [number, number]];
const explicit: Explicit = [
  [0, 0],
  [1, 2],
  [2, 0],
  [0, 0],
];
const strides = [1, 2, 3] as const;
const paddings = ['valid', 'same', explicit] as const;
const cases = strides.flatMap((stride) => paddings.map((padding) => ({ stride, padding })));

/** Result and gradients of `f`, weighted so that every output has another gradient. */
function resultAndGradients(f: (...inputs: Tensor[]) => Tensor): (...inputs: Tensor[]) => Tensor[] {
  return (...inputs) => {
    const result = f(...inputs);
    return [result, ...grads((...x: Tensor[]) => sum(mul(f(...x), result)))([...inputs])];
  };
}

describe('registerWasmKernels', () => {
  it('says which build runs, once for all', async () => {
    const info = await registerWasmKernels();
    expect(['simd', 'relaxed-simd']).toContain(info.flavour);
    expect(await registerWasmKernels()).toBe(info);
  });
});

describe('convolution on wasm', () => {
  it.each(cases)('has the gradients of the cpu backend: stride $stride, padding $padding', async ({ stride, padding }) => {
    for (const [batch, height, width, inputs, outputs] of [
      [1, 7, 8, 1, 5],
      [3, 9, 7, 3, 4],
      [2, 6, 6, 8, 10],
    ]) {
      const [x, filter] = [randomTensor([batch, height, width, inputs]), randomTensor([3, 2, inputs, outputs])];
      const f = (a: Tensor, b: Tensor) => conv2d(a as Tensor4D, b as Tensor4D, stride, padding);
      await expectSameOnCpu([x, filter], resultAndGradients(f as (...inputs: Tensor[]) => Tensor));
    }
  });

  it('has the gradients of the cpu backend for a batch of 128', async () => {
    const inputs = [randomTensor([128, 8, 8, 2]), randomTensor([5, 5, 2, 6])];
    await expectSameOnCpu(
      inputs,
      resultAndGradients((x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same')),
    );
  });

  it.each(cases)('has the gradients of a depthwise convolution: stride $stride, padding $padding', async ({ stride, padding }) => {
    for (const multiplier of [1, 2]) {
      const inputs = [randomTensor([2, 7, 8, 5]), randomTensor([3, 2, 5, multiplier])];
      await expectSameOnCpu(
        inputs,
        resultAndGradients((x, filter) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, stride, padding)),
      );
    }
  });

  it.each(['linear', 'relu', 'relu6', 'sigmoid', 'elu'] as const)('fuses bias and %s', async (activation) => {
    const inputs = [randomTensor([2, 6, 6, 3]), randomTensor([3, 3, 3, 7]), randomTensor([7])];
    await expectSameOnCpu(inputs, (x, filter, bias) => [
      fused.conv2d({ x: x as Tensor4D, filter: filter as Tensor4D, bias, strides: 1, pad: 'same', activation }),
    ]);
  });

  it('leaves dilated convolutions to tfjs', async () => {
    const inputs = [randomTensor([1, 9, 9, 2]), randomTensor([3, 3, 2, 4])];
    await expectSameOnCpu(inputs, (x, filter) => [conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid', 'NHWC', 2)]);
  });

  it('has the gradient that numeric differences give', () => {
    tidy(() => {
      const [x, filter] = [randomTensor<Tensor4D>([1, 5, 5, 2]), randomTensor<Tensor4D>([3, 3, 2, 3])];
      const loss = (weights: Tensor4D) => {
        const y = conv2d(x, weights, 2, 'same');
        return sum(mul(y, y));
      };
      const [gradient] = grads(loss as (...inputs: Tensor[]) => Tensor)([filter]);
      const values = filter.dataSync();
      for (const index of [0, 17, 53]) {
        const [step, at] = [
          0.01,
          (value: number) =>
            tensor4d(
              values.map((old, i) => (i === index ? old + value : old)),
              [3, 3, 2, 3],
            ),
        ];
        const difference = (loss(at(step)).dataSync()[0] - loss(at(-step)).dataSync()[0]) / (2 * step);
        expect(gradient.dataSync()[index]).toBeCloseTo(difference, 2);
      }
    });
  });
});

describe('pooling on wasm', () => {
  it.each(cases.filter(({ padding }) => typeof padding === 'string'))(
    'has the gradients of the cpu backend: stride $stride, padding $padding',
    async ({ stride, padding }) => {
      for (const size of [2, 3]) {
        const x = randomTensor([3, 7, 8, 5]);
        await expectSameOnCpu(
          [x],
          resultAndGradients((a) => maxPool(a as Tensor4D, size, stride, padding as 'valid' | 'same')),
        );
      }
      const even = randomTensor([2, 6, 6, 3]);
      await expectSameOnCpu(
        [even],
        resultAndGradients((a) => avgPool(a as Tensor4D, 2, stride, 'valid')),
      );
    },
  );

  it('averages the gradient over the pixels that the forward pass averaged', () => {
    tidy(() => {
      const x = randomTensor<Tensor4D>([1, 3, 3, 1]);
      const [gradient] = grads((a: Tensor) => sum(avgPool(a as Tensor4D, 2, 2, 'same')))([x]);
      expect([...gradient.dataSync()]).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
    });
  });

  it('passes NaN over, as the cpu backend does', async () => {
    const x = tensor4d([Number.NaN, 1, 2, 3, Number.POSITIVE_INFINITY, 5, Number.NEGATIVE_INFINITY, Number.NaN], [1, 2, 4, 1]);
    await expectSameOnCpu([x], (a) => [maxPool(a as Tensor4D, 2, 2, 'valid')]);
  });
});

describe('products and sums on wasm', () => {
  it.each([false, true].flatMap((a) => [false, true].map((b) => ({ a, b }))))(
    'multiplies matrices, transposed: $a, $b',
    async ({ a, b }) => {
      for (const [m, k, n] of [
        [1, 9, 5],
        [7, 3, 10],
        [33, 65, 17],
      ]) {
        const inputs = [randomTensor(a ? [k, m] : [m, k]), randomTensor(b ? [n, k] : [k, n])];
        await expectSameOnCpu(
          inputs,
          resultAndGradients((x, y) => matMul(x, y, a, b)),
        );
      }
    },
  );

  it('multiplies batches of matrices, also with one for all', async () => {
    await expectSameOnCpu([randomTensor([3, 4, 5]), randomTensor([3, 5, 6])], (a, b) => [matMul(a, b)]);
    await expectSameOnCpu([randomTensor([3, 4, 5]), randomTensor([1, 5, 6])], (a, b) => [matMul(a, b)]);
  });

  it.each(['linear', 'relu', 'relu6', 'sigmoid'] as const)('fuses bias and %s into a product', async (activation) => {
    await expectSameOnCpu([randomTensor([9, 5]), randomTensor([5, 11]), randomTensor([11])], (a, b, bias) => [
      fused.matMul({ a: a as Tensor2D, b: b as Tensor2D, transposeA: false, transposeB: false, bias, activation }),
    ]);
  });

  it('sums over any axes', async () => {
    for (const axes of [[0], [0, 1], [0, 1, 2], [1], [2], [0, 2], undefined]) {
      await expectSameOnCpu([randomTensor([3, 4, 5])], (x) => [sum(x, axes), sum(x, axes, true)]);
    }
  });

  it('tiles and normalizes', async () => {
    await expectSameOnCpu([randomTensor([1, 1, 1, 5])], (x) => [tile(x as Tensor4D, [2, 3, 1, 1]), tile(x as Tensor4D, [1, 1, 1, 2])]);
    const inputs = [randomTensor([2, 3, 3, 4]), randomTensor([4]), randomTensor([4])];
    await expectSameOnCpu(
      inputs,
      resultAndGradients((x, offset, scale) => {
        const average = mean(x, [0, 1, 2]) as Tensor1D;
        const variance = mean(mul(x, x), [0, 1, 2]) as Tensor1D;
        return batchNorm(x, average, variance, offset as Tensor1D, scale as Tensor1D);
      }),
    );
  });

  it.each([1, 6, 20])('normalizes %i channels with known statistics, with and without offset and scale', async (channels) => {
    const vector = () => randomTensor([channels]);
    await expectSameOnCpu(
      [randomTensor([2, 3, 3, channels]), vector(), vector(), vector(), vector()],
      (x, average, root, offset, scale) => {
        const statistics = [average as Tensor1D, mul(root, root) as Tensor1D] as const;
        return [
          batchNorm(x, ...statistics, offset as Tensor1D, scale as Tensor1D, 0.1),
          batchNorm(x, ...statistics, undefined, undefined, 0.1),
        ];
      },
    );
  });

  it('adds a bias to every row', async () => {
    for (const columns of [1, 3, 6, 20]) {
      await expectSameOnCpu(
        [randomTensor([2, 5, columns]), randomTensor([columns])],
        resultAndGradients((x, bias) => add(x, bias)),
      );
    }
  });

  it('sums segments', async () => {
    const ids = tensor1d([0, 2, 2, 1], 'int32');
    await expectSameOnCpu([randomTensor([4, 3]), ids], (x, segments) => [unsortedSegmentSum(x, segments as Tensor1D, 4)]);
  });

  it.each([relu, relu6])('has the gradient of %o, except that 0 times infinity is 0', async (activation) => {
    const x = tensor1d([Number.NaN, 0, -1, 2, 7, Number.POSITIVE_INFINITY, -3, 0.5, 1]);
    await expectSameOnCpu([x], (a) => [activation(a)]);
    await expectSameOnCpu([randomTensor([5, 3])], resultAndGradients(activation as (x: Tensor) => Tensor));
    const [, gradient] = await valuesOn(
      'wasm',
      [x],
      resultAndGradients((a) => activation(a)),
    );
    expect(gradient[0]).toBeNaN();
    expect(gradient[2]).toBe(0);
  });
});

describe('memory of the wasm backend', () => {
  it('stays flat over 200 steps', async () => {
    await startWasm();
    const [x, filter, weights] = [randomTensor<Tensor4D>([4, 8, 8, 2]), randomTensor<Tensor4D>([3, 3, 2, 5]), randomTensor([45, 3])];
    const step = () =>
      tidy(() => {
        const loss = (f: Tensor, w: Tensor) =>
          sum(matMul(reshape(maxPool(relu(conv2d(x, f as Tensor4D, 1, 'valid')), 2, 2, 'valid'), [4, 45]), w));
        for (const gradient of grads(loss as (...inputs: Tensor[]) => Tensor)([filter, weights])) gradient.dataSync();
      });
    for (let warmUp = 0; warmUp < 5; warmUp++) step();
    const before = { ...memory(), heap: await heapBytes() };
    for (let index = 0; index < 200; index++) step();
    expect({ ...memory(), heap: await heapBytes() }).toEqual(before);
  });

  it('gives equal bits for equal runs', () => {
    const [x, filter] = [randomTensor<Tensor4D>([5, 9, 9, 3]), randomTensor<Tensor4D>([3, 3, 3, 11])];
    const run = () =>
      tidy(() => {
        const all = resultAndGradients((a, b) => relu(conv2d(a as Tensor4D, b as Tensor4D, 2, 'same')))(x, filter);
        return concat(all.map((part) => reshape(part, [-1]))).dataSync();
      });
    expect(run()).toEqual(run());
  });

  it('does not change the tensors it is given', () => {
    tidy(() => {
      const x = randomTensor<Tensor4D>([2, 6, 6, 3]);
      const before = x.dataSync().slice();
      resultAndGradients((a) => maxPool(relu(add(a, 0)) as Tensor4D, 2, 2, 'valid'))(x);
      expect(x.dataSync()).toEqual(before);
    });
  });
});

async function heapBytes(): Promise<number> {
  const { backend } = await import('@tensorflow/tfjs-core');
  return (backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;
}
