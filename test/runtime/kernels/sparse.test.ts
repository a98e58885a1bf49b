import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Product } from '../../../src/inference/product.ts';
import { sparse } from '../../../src/inference/product-kernels/sparse.ts';
import { sparseBlocks } from '../../../src/inference/product-kernels/sparse-blocks.ts';
import { type EngineKernels, loadEngineKernels } from '../../../src/kernels/engine-kernels.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { findWeights, sparseLists } from '../../../src/kernels/sparse-lists.ts';
import { type WindowShape, windowShape } from '../../../src/kernels/window-shape.ts';
import { describeEngine } from './every-flavour.ts';
import { expectClose, KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

const kernels = [sparse, sparseBlocks];
const activations = fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const);
/** Shares of weights that are not 0. */
const densities = fc.constantFrom(0, 0.03, 0.1, 0.5, 1);
const side = fc.integer({ min: 1, max: 41 });
const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 9 }), outChannels: fc.integer({ min: 1, max: 9 }) });

describeEngine('sparse products', use, () => {
  it('equal the reference for matrices of every size and density', () => {
    fc.assert(
      fc.property(side, side, side, densities, activations, (m, k, n, density, activation) => {
        const [a, weights, bias] = [workspace.values(m * k), sparseValues(k * n, density), workspace.values(n)];
        const expected = reference.gemm({ m, n, k, a, b: weights, bias, activation });
        const product = { ...dense(k, n, weights, bias), activation };
        for (const actual of computeBoth(product, a, m)) expectClose(actual, expected);
      }),
      { numRuns: 150 },
    );
  });

  it('equal the reference for windows of every shape and density', () => {
    fc.assert(
      fc.property(windowShapes(channels), densities, activations, (shape, density, activation) => {
        const [input, filter, bias] = [workspace.values(inputSize(shape)), drawFilter(shape, density), workspace.values(shape.outChannels)];
        const expected = reference.conv2d(shape, input, filter, bias, activation);
        for (const actual of computeBoth({ ...conv(shape, filter, bias), activation }, input, shape.batch)) expectClose(actual, expected);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    { name: 'two bands of an image', options: { input: [1, 33, 37, 30], filter: [5, 5], padding: 'same' } as const },
    { name: 'bands of rows two apart', options: { input: [2, 50, 41, 40], filter: [3, 3], strides: [2, 1], padding: 'same' } as const },
    { name: 'more pixels of a 1x1 convolution than planes hold', options: { input: [3, 12, 11, 6], filter: [1, 1] } as const },
  ])('equal the reference for $name', ({ options }) => {
    const shape = windowShape({ ...options, outChannels: 3 });
    const [input, filter, bias] = [workspace.values(inputSize(shape)), drawFilter(shape, 0.1), workspace.values(3)];
    const expected = reference.conv2d(shape, input, filter, bias);
    for (const actual of computeBoth(conv(shape, filter, bias), input, shape.batch)) expectClose(actual, expected);
  });

  it('take weights that are no numbers', () => {
    const [m, k, n] = [9, 10, 6];
    const [a, weights, bias] = [workspace.values(m * k).fill(1), sparseValues(k * n, 0.2).fill(0, 0, n), workspace.values(n)];
    weights[3] = Number.NaN;
    weights[n] = Number.POSITIVE_INFINITY;
    for (const rows of [1, m]) {
      const expected = reference.gemm({ m: rows, n, k, a: a.subarray(0, rows * k), b: weights, bias });
      for (const actual of computeBoth(dense(k, n, weights, bias), a.subarray(0, rows * k), rows)) {
        expect([...actual].map(Number.isFinite)).toEqual([...expected].map(Number.isFinite));
        expect(actual[0]).toBe(Number.POSITIVE_INFINITY);
      }
    }
  });

  it('let an input that is no number reach those outputs alone that have a weight for it', () => {
    const [k, n] = [6, 8];
    const weights = new Float32Array(k * n);
    weights[0 * n + 1] = 2;
    weights[5 * n + 6] = 3;
    const bias = new Float32Array(n);
    for (const rows of [1, 12]) {
      const a = new Float32Array(rows * k).fill(1);
      for (let row = 0; row < rows; row++) a[row * k] = Number.NaN;
      const [single, inBlocks] = computeBoth(dense(k, n, weights, bias), a, rows);
      expect([...single.subarray(0, n)]).toEqual([0, Number.NaN, 0, 0, 0, 0, 3, 0]);
      expect([...inBlocks.subarray(4, n)]).toEqual([0, 0, 3, 0]);
    }
  });

  it('write nowhere but into their result and scratch', async () => {
    const own = new KernelWorkspace(await loadEngineKernels({ flavour: workspace.kernels.flavour as 'simd' }));
    const shapes = [windowShape({ input: [2, 7, 9, 5], filter: [3, 3], outChannels: 7, padding: 'same' })];
    const products = [
      ...shapes.map((shape) => conv(shape, drawFilter(shape, 0.2), own.values(7))),
      dense(13, 7, sparseValues(91, 0.2), own.values(7)),
    ];
    for (const kernel of kernels) {
      for (const product of products) {
        const count = 11 * product.rows * product.n;
        const input = own.put(own.values(11 * (product.windows ? inputSize(product.windows(1)) : product.k)));
        const output = own.kernels.heap.allocate(4 * count);
        const run = kernel.compile(product, own.kernels);
        run(input, output, 11);
        const [scratch, behind] = [own.kernels.scratch.reserve(0), own.kernels.heap.allocate(4)];
        const before = new Uint8Array(own.kernels.heap.memory.buffer.slice(0));
        own.kernels.floats(output, count).fill(5);
        run(input, output, 11);
        const after = new Uint8Array(own.kernels.heap.memory.buffer);
        const changed = (at: number) =>
          (at >= output && at < output + 4 * count) || (at >= scratch && at < Math.max(behind, scratch + 65_536));
        expect(after.findIndex((byte, at) => byte !== before[at] && !changed(at))).toBe(-1);
      }
    }
  });
});

it.each(kernels)('$name is not for weights that are hardly ever 0', ({ refuses }) => {
  const refusal = (zeros: number) => refuses(dense(5, 4, new Float32Array(20).fill(1, zeros), new Float32Array(4)), 'simd');
  expect([0, 1, 2, 20].map(refusal)).toEqual([...Array(2).fill('fewer than 10 % of its weights are 0'), undefined, undefined]);
});

describe('lists of weights', () => {
  const weights = new Float32Array([0, 1, 0, 0, 2, /**/ 0, 0, 0, 0, 3, /**/ 4, 5, 0, 0, 0]);

  it('have the offset and the weight of each entry, output by output, in the order of the offsets', () => {
    const { counts, entries } = sparseLists(findWeights(weights, 5), { outputs: 1, group: 1, offset: (row) => 100 - row });
    expect([...counts]).toEqual([1, 2, 0, 0, 2]);
    expect(pairs(entries)).toEqual([
      [98, 4],
      [98, 5],
      [100, 1],
      [99, 3],
      [100, 2],
    ]);
  });

  it('have four weights for four outputs', () => {
    const { counts, entries } = sparseLists(findWeights(weights, 5), { outputs: 4, group: 1, offset: (row) => row });
    expect([...counts]).toEqual([2, 2]);
    const floats = new Float32Array(entries.buffer);
    expect([0, 5, 10, 15].map((at) => [entries[at], ...floats.subarray(at + 1, at + 5)])).toEqual([
      [0, 0, 1, 0, 0],
      [2, 4, 5, 0, 0],
      [0, 2, 0, 0, 0],
      [1, 3, 0, 0, 0],
    ]);
  });

  it('are filled up to whole groups with weights of 0 for an input that the list reads anyway', () => {
    const { counts, entries } = sparseLists(findWeights(weights, 5), { outputs: 1, group: 4, offset: (row) => 4 * row });
    expect([...counts]).toEqual([4, 4, 0, 0, 4]);
    expect([...entries.subarray(8, 12)]).toEqual([0, 8, 8, 8]);
    expect([...new Float32Array(entries.buffer).subarray(12, 16)]).toEqual([1, 5, 0, 0]);
  });
});

function pairs(entries: Uint32Array<ArrayBuffer>): number[][] {
  const floats = new Float32Array(entries.buffer);
  return Array.from({ length: entries.length / 2 }, (_, i) => [entries[2 * i], floats[2 * i + 1]]);
}

/** What each kernel gives for `batch` samples. */
function computeBoth(product: Product, input: Float32Array, batch: number): Float32Array[] {
  const at = workspace.put(input);
  return kernels.map((kernel) => {
    const run = kernel.compile(product, workspace.kernels);
    return workspace.result(batch * product.rows * product.n, (output) => run(at, output, batch));
  });
}

function dense(k: number, n: number, weights: Float32Array, bias: Float32Array): Product {
  return { kind: 'dense', rows: 1, k, n, weights, bias, activation: 'linear' };
}

function conv(shape: WindowShape, weights: Float32Array, bias: Float32Array): Product {
  const [rows, k] = [shape.outHeight * shape.outWidth, shape.filterHeight * shape.filterWidth * shape.inChannels];
  return { kind: 'conv2d', rows, k, n: shape.outChannels, windows: (batch) => ({ ...shape, batch }), weights, bias, activation: 'linear' };
}

function inputSize({ batch, inHeight, inWidth, inChannels }: WindowShape): number {
  return batch * inHeight * inWidth * inChannels;
}

function drawFilter({ filterHeight, filterWidth, inChannels, outChannels }: WindowShape, density: number): Float32Array {
  return sparseValues(filterHeight * filterWidth * inChannels * outChannels, density);
}

function sparseValues(count: number, density: number): Float32Array {
  const chance = workspace.values(count);
  return workspace.values(count).map((value, i) => ((chance[i] + 1) / 2 < density ? value : 0));
}
