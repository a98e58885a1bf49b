import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Product } from '../../../src/inference/product.ts';
import { binary } from '../../../src/inference/product-kernels/binary.ts';
import type { EngineKernels } from '../../../src/kernels/engine-kernels.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { type WindowShape, windowShape } from '../../../src/kernels/window-shape.ts';
import { describeEngine } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

const activations = fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const);
const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 70 }), outChannels: fc.integer({ min: 1, max: 9 }) });
const side = fc.integer({ min: 1, max: 150 });

describeEngine('signs times signs', use, () => {
  it('equal the reference for matrices of every size', () => {
    fc.assert(
      fc.property(side, side, side, activations, (m, k, n, activation) => {
        const [weights, bias] = [twoValues(k * n, n), workspace.values(n)];
        const product: Product = { kind: 'dense', rows: 1, k, n, weights, bias, activation, readsSigns: true };
        const a = signs(m, k);
        expectClose(compute(product, a, m), reference.gemm({ m, n, k, a, b: weights, bias, activation }));
      }),
      { numRuns: 60 },
    );
  });

  it('equal the reference for windows of every shape, also where they reach out of the image', () => {
    fc.assert(
      fc.property(windowShapes(channels), activations, (shape, activation) => {
        const product = conv(shape, activation);
        const input = signs(shape.batch, shape.inHeight * shape.inWidth * shape.inChannels);
        expectClose(compute(product, input, shape.batch), reference.conv2d(shape, input, product.weights, product.bias, activation));
      }),
      { numRuns: 150 },
    );
  });

  it('take the magnitude of each sample: 0, infinite, none', () => {
    const [k, n] = [70, 3];
    const weights = twoValues(k * n, n);
    const product: Product = {
      kind: 'dense',
      rows: 1,
      k,
      n,
      weights,
      bias: new Float32Array([1, 2, 3]),
      activation: 'linear',
      readsSigns: true,
    };
    const a = new Float32Array(3 * k)
      .fill(0, 0, k)
      .fill(Number.POSITIVE_INFINITY, k)
      .fill(Number.NaN, 2 * k);
    const result = compute(product, a, 3);
    expect([...result.subarray(0, n)]).toEqual([1, 2, 3]);
    expect(result.subarray(n).some(Number.isFinite)).toBe(false);
  });
});

it('is for inputs of one magnitude and weights of one magnitude by output', () => {
  const product = conv(windowShape({ input: [1, 4, 4, 2], filter: [3, 3], outChannels: 2 }), 'linear');
  const refusal = (change: Partial<Product>) => binary.refuses({ ...product, ...change }, 'simd');
  expect(refusal({})).toBeUndefined();
  expect(refusal({ readsSigns: false })).toBe('its inputs are not signs');
  expect(refusal({ inputRange: 'dynamic' })).toBe('its inputs are not signs');
  for (const other of [0, 5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const weights = product.weights.slice();
    weights[7] = other;
    expect(refusal({ weights })).toBe('not all weights of an output are c or -c');
  }
  const wide = { input: [1, 40_000, 1, 1], filter: [1, 65_535], outChannels: 1, padding: 'same' } as const;
  expect(refusal({ ...conv(windowShape(wide), 'linear') })).toBe('its images are too large with their padding');
});

function compute(product: Product, input: Float32Array, batch: number): Float32Array {
  const at = workspace.put(input);
  const run = binary.compile(product, workspace.kernels);
  return workspace.result(batch * product.rows * product.n, (output) => run(at, output, batch));
}

function conv(shape: WindowShape, activation: Product['activation']): Product {
  const [rows, k, n] = [shape.outHeight * shape.outWidth, shape.filterHeight * shape.filterWidth * shape.inChannels, shape.outChannels];
  const values = { weights: twoValues(k * n, n), bias: new Float32Array(n).fill(0.5) };
  return { kind: 'conv2d', rows, k, n, windows: (batch) => ({ ...shape, batch }), ...values, activation, readsSigns: true };
}

/** Signs, times a magnitude of each sample. */
function signs(samples: number, size: number): Float32Array {
  return workspace.values(samples * size).map((value, i) => (value < 0 ? -1 : 1) * (0.5 + Math.floor(i / size)));
}

/** c and -c, with a c for each output. */
function twoValues(count: number, outputs: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 7919 + (i >> 3)) % 13 < 6 ? -1 : 1) * (1 + (i % outputs) / 8));
}
