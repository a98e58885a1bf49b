import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Product } from '../../../src/inference/product.ts';
import { fewValues } from '../../../src/inference/product-kernels/few-values.ts';
import { sharedSums } from '../../../src/inference/product-kernels/shared-sums.ts';
import { type EngineKernels, loadEngineKernels } from '../../../src/kernels/engine-kernels.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { type WindowShape, windowShape } from '../../../src/kernels/window-shape.ts';
import { describeEngine } from './every-flavour.ts';
import { expectClose, KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

const activations = fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const);
/** What an output's scale is multiplied by: signs, two values, three, three of which one is 0 alone in some outputs. */
const values = fc.constantFrom([1, -1], [1, -0.3], [1, -1, 0], [1, -2.5, 0], [1, 0]);
const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 9 }), outChannels: fc.integer({ min: 1, max: 30 }) });
const side = fc.integer({ min: 1, max: 60 });

describeEngine('sums that outputs share', use, () => {
  it('equal the reference for matrices of every size', () => {
    fc.assert(
      fc.property(side, side, side, values, activations, (m, k, n, few, activation) => {
        const [a, weights, bias] = [workspace.values(m * k), draw(k * n, n, few), workspace.values(n)];
        const expected = reference.gemm({ m, n, k, a, b: weights, bias, activation });
        expectClose(compute({ ...dense(k, n, weights, bias), activation }, a, m), expected);
      }),
      { numRuns: 150 },
    );
  });

  it('equal the reference for windows of every shape', () => {
    fc.assert(
      fc.property(windowShapes(channels), values, activations, (shape, few, activation) => {
        const product = { ...conv(shape, few), activation };
        const input = workspace.values(inputSize(shape));
        const expected = reference.conv2d(shape, input, product.weights, product.bias, activation);
        expectClose(compute(product, input, shape.batch), expected);
      }),
      { numRuns: 150 },
    );
  });

  it('take inputs that are no numbers', () => {
    const [k, n] = [9, 5];
    for (const m of [1, 8]) {
      const a = new Float32Array(m * k).fill(1);
      a[4] = Number.NaN;
      const result = compute(dense(k, n, draw(k * n, n, [1, -1]), new Float32Array(n)), a, m);
      expect(result.subarray(0, n).every(Number.isNaN)).toBe(true);
      expect(result.subarray(n).every(Number.isFinite)).toBe(true);
    }
  });

  it('write nowhere but into their result and scratch', async () => {
    const own = new KernelWorkspace(await loadEngineKernels({ flavour: workspace.kernels.flavour as 'simd' }));
    const shape = windowShape({ input: [2, 7, 9, 5], filter: [3, 3], outChannels: 7, padding: 'same' });
    for (const few of [
      [1, -1],
      [1, -0.5, 0],
    ]) {
      for (const product of [conv(shape, few), dense(13, 31, draw(13 * 31, 31, few), own.values(31))]) {
        for (const batch of [1, 11]) {
          const count = batch * product.rows * product.n;
          const input = own.put(own.values(batch * (product.windows ? inputSize(product.windows(1)) : product.k)));
          const output = own.kernels.heap.allocate(4 * count);
          const run = sharedSums.compile(product, own.kernels);
          run(input, output, batch);
          const [scratch, behind] = [own.kernels.scratch.reserve(0), own.kernels.heap.allocate(4)];
          const before = new Uint8Array(own.kernels.heap.memory.buffer.slice(0));
          run(input, output, batch);
          const after = new Uint8Array(own.kernels.heap.memory.buffer);
          const changed = (at: number) => at >= scratch && at < Math.max(behind, scratch + 65_536);
          expect(after.findIndex((byte, at) => byte !== before[at] && !changed(at))).toBe(-1);
        }
      }
    }
  });
});

it('finds the two or three values of each output', () => {
  const found = (n: number, ...weights: number[]) =>
    fewValues(dense(weights.length / n, n, Float32Array.from(weights), new Float32Array(n)));
  expect(found(2, 2, 3, /**/ -2, 3, /**/ -2, -3)).toEqual({ scales: Float32Array.of(2, 3), ratio: 1, hasZeros: false });
  expect(found(2, 2, -6, /**/ -1, 3, /**/ 0, 0)).toEqual({ scales: Float32Array.of(2, -6), ratio: 0.5, hasZeros: true });
  expect(found(3, 2, 0, -4, /**/ 2, 0, -4)).toEqual({ scales: Float32Array.of(2, 0, -4), ratio: 1, hasZeros: false });
  expect(found(2, 2, 2, /**/ -1, -0.5)).toBeUndefined();
  expect(found(1, 2, -2, 1)).toBeUndefined();
  expect(found(1, 2, Number.NaN)).toBeUndefined();
  expect(found(1, Number.POSITIVE_INFINITY, 1)).toBeUndefined();
  expect(found(1, 1e38, -1e-30)).toBeUndefined();
  expect(found(2, Number.POSITIVE_INFINITY, 1)).toBeUndefined();
});

function compute(product: Product, input: Float32Array, batch: number): Float32Array {
  const at = workspace.put(input);
  const run = sharedSums.compile(product, workspace.kernels);
  return workspace.result(batch * product.rows * product.n, (output) => run(at, output, batch));
}

function dense(k: number, n: number, weights: Float32Array, bias: Float32Array): Product {
  return { kind: 'dense', rows: 1, k, n, weights, bias, activation: 'linear' };
}

function conv(shape: WindowShape, few: readonly number[]): Product {
  const [rows, k, n] = [shape.outHeight * shape.outWidth, shape.filterHeight * shape.filterWidth * shape.inChannels, shape.outChannels];
  const weights = draw(k * n, n, few);
  const bias = new Float32Array(n).fill(0.5);
  return { kind: 'conv2d', rows, k, n, windows: (batch) => ({ ...shape, batch }), weights, bias, activation: 'linear' };
}

function inputSize({ batch, inHeight, inWidth, inChannels }: WindowShape): number {
  return batch * inHeight * inWidth * inChannels;
}

/** Weights of few values, times a scale of the output, which every third has negative and the last 0. */
function draw(count: number, outputs: number, few: readonly number[]): Float32Array {
  const scale = (output: number) => (output === 7 ? 0 : (output % 3 === 1 ? -1 : 1) * (1 + output / 8));
  const chosen = workspace.values(count).map((value) => Math.floor(((value + 1) / 2) * few.length) % few.length);
  return chosen.map((index, i) => few[index] * scale(i % outputs));
}
