import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import type { Product } from '../../src/inference/product.ts';
import type { ProductKernel } from '../../src/inference/product-kernel.ts';
import { productKernels } from '../../src/inference/product-kernels.ts';
import { type EngineKernels, loadEngineKernels } from '../../src/kernels/engine-kernels.ts';
import { conv2d } from '../../src/kernels/reference/conv2d.ts';
import { gemm } from '../../src/kernels/reference/gemm.ts';
import { activationRange, roundActivation } from '../../src/packed/activation-range.ts';
import { drawProduct, everyKindOfWeights, productShapes } from './drawn-products.ts';

let kernels: EngineKernels;
beforeAll(async () => {
  kernels = await loadEngineKernels();
});

const products = productShapes.flatMap((shape) =>
  everyKindOfWeights.map((kind) => ({ name: `${JSON.stringify(shape)}, ${kind}`, product: drawProduct(shape, kind) })),
);

/** Plain JavaScript is slow: what it gives for a product is kept for the next kernel. */
const references = new Map<string, Float32Array>();

function referenceOnce(product: Product, inputs: Float32Array, batch: number, rounds = false): Float32Array {
  const key = [products.findIndex((one) => one.product === product), batch, rounds].join();
  const expected = references.get(key) ?? reference(product, inputs, batch, rounds);
  references.set(key, expected);
  return expected;
}

describe.each(productKernels)('the kernel $name', (kernel) => {
  const able = products.filter(({ product }) => kernel.refuses(product, 'simd') === undefined);

  it('computes some of the products', () => {
    expect(able.length).toBeGreaterThan(0);
  });

  it.each(able)('gives what the reference gives: $name', ({ product }) => {
    for (const batch of [1, 3]) {
      const inputs = drawInputs(product, batch);
      const expected = referenceOnce(product, inputs, batch, kernel.roundsInputs);
      const actual = compute(kernel, product, inputs, batch);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
      expect(worst / largest).toBeLessThan(2e-5);
    }
  });

  it('computes the same again, and says what it costs', () => {
    const [{ product }] = able;
    const inputs = drawInputs(product, 2);
    expect(compute(kernel, product, inputs, 2)).toEqual(compute(kernel, product, inputs, 2));
    for (const batch of [1, 64]) expect(kernel.cost(product, batch, 'simd')).toBeGreaterThan(0);
    expect(kernel.cost(product, 64, 'simd')).toBeGreaterThan(kernel.cost(product, 1, 'simd'));
  });
});

/** From -1 to 1; signs times a scale of the sample where those are read. */
function drawInputs({ rows, k, windows, readsSigns }: Product, batch: number): Float32Array {
  const shape = windows?.(batch);
  const count = shape ? batch * shape.inHeight * shape.inWidth * shape.inChannels : batch * rows * k;
  const random = new RandomStream(5);
  const drawn = Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  return readsSigns ? drawn.map((value, i) => Math.sign(value) * (1 + Math.floor((i * batch) / count))) : drawn;
}

/** Runs a kernel; what lies behind its result must stay as it is. */
function compute(kernel: ProductKernel, product: Product, inputs: Float32Array, batch: number): Float32Array {
  const count = batch * product.rows * product.n;
  const run = kernel.compile(product, kernels);
  const [input, output] = [kernels.heap.allocate(inputs.byteLength), kernels.heap.allocate(4 * count + 64)];
  kernels.floats(input, inputs.length).set(inputs);
  kernels.floats(output, count + 16).fill(12345);
  run(input, output, batch);
  expect(kernels.floats(output + 4 * count, 16)).toEqual(new Float32Array(16).fill(12345));
  expect(kernels.floats(input, inputs.length)).toEqual(inputs);
  return kernels.floats(output, count).slice();
}

/** In plain JavaScript. */
function reference(product: Product, inputs: Float32Array, batch: number, rounds = false): Float32Array {
  const { rows, k, n, windows, weights, bias, activation, inputRange } = product;
  const read = rounds && inputRange ? rounded(inputs, batch, inputRange) : inputs;
  if (windows) return conv2d(windows(batch), read, weights, bias, activation);
  return gemm({ m: batch * rows, n, k, a: read, b: weights, bias, activation });
}

/** @param range of all samples, or each in its own */
function rounded(inputs: Float32Array, batch: number, range: NonNullable<Product['inputRange']>): Float32Array {
  const size = inputs.length / batch;
  const ranges = Array.from({ length: batch }, (_, sample) => {
    const values = inputs.subarray(sample * size, (sample + 1) * size);
    return range === 'dynamic' ? activationRange(Math.min(...values), Math.max(...values)) : range;
  });
  return inputs.map((value, index) => roundActivation(value, ranges[Math.floor(index / size)]));
}
