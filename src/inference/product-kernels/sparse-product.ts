import type { EngineKernels } from '../../kernels/engine-kernels.ts';
import { activationNumbers, convSizes, isPointwise } from '../../kernels/export-arguments.ts';
import { imagePlanes, matrixPlanes, type PlaneShape } from '../../kernels/plane-shape.ts';
import { findWeights, type SparseListOptions, sparseLists } from '../../kernels/sparse-lists.ts';
import type { WindowShape } from '../../kernels/window-shape.ts';
import { density, type Product } from '../product.ts';
import type { RunProduct } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Rows of a matrix from which on planes are worth making. */
export const rowsWorthPlanes = 8;
/** The share of zeros below which weights are called dense, whoever would be faster. */
const leastZeros = 0.1;
/** Floats of planes that are too many: a single row of results with all that its windows meet. */
const largestPlanes = 2 ** 24;

/** The planes that a product's inputs are brought into. */
export function planesOf(product: Product): PlaneShape {
  const image = imageOf(product);
  return image ? imagePlanes(image) : matrixPlanes(product.k);
}

/** The windows of one image, where the product is more than that of two matrices. */
export function imageOf({ windows }: Product): WindowShape | undefined {
  const shape = windows?.(1);
  return shape && !isPointwise(shape) ? shape : undefined;
}

/** Why a product is not computed. */
export function refuseSparse(product: Product): string | undefined {
  const { n } = product;
  if (density(product) > 1 - leastZeros) return `fewer than ${100 * leastZeros} % of its weights are 0`;
  const { count, planeBytes } = planesOf(product);
  return (count + n) * planeBytes > 4 * largestPlanes ? 'its inputs are too large to be held channel by channel' : undefined;
}

/** @param outputs how many share a list of weights */
export function compileSparse(product: Product, kernels: EngineKernels, outputs: 1 | 4): RunProduct {
  const { rows, k, n } = product;
  const { sparseConv2d, sparseGemm, sparseVectors, sparseBlockVectors } = kernels.exports;
  const activation = activationNumbers[product.activation];
  const bias = new Float32Array(Math.ceil(n / outputs) * outputs);
  bias.set(product.bias);
  const biasAt = place(kernels, bias);
  const found = findWeights(product.weights, n);
  const placeLists = (options: Omit<SparseListOptions, 'outputs'>) => {
    const { counts, entries } = sparseLists(found, { outputs, ...options });
    return [place(kernels, counts), place(kernels, entries)] as const;
  };
  const { rowsAtOnce, count, planeBytes, offset } = planesOf(product);
  const [counts, entries] = placeLists({ group: 1, offset });
  const blocks = Number(outputs === 4);
  // The planes of the inputs, then those of the results.
  const scratchBytes = (count + bias.length) * planeBytes + 32;
  const scratch = () => kernels.scratch.reserve(scratchBytes);
  const image = imageOf(product);
  if (image) {
    const [, ...sizes] = convSizes(image);
    return (input, output, batch) =>
      sparseConv2d(batch, ...sizes, rowsAtOnce, planeBytes, input, counts, entries, blocks, output, biasAt, activation, 0, 0, scratch());
  }
  const vectors = outputs === 4 ? sparseBlockVectors : sparseVectors;
  const [vectorCounts, vectorEntries] = placeLists({ group: 4, offset: (row) => 4 * row });
  return (a, c, batch) => {
    const m = batch * rows;
    if (m < rowsWorthPlanes) vectors(m, n, k, a, vectorCounts, vectorEntries, c, biasAt, activation);
    else sparseGemm(m, n, k, rowsAtOnce, planeBytes, a, counts, entries, blocks, c, biasAt, activation, 0, 0, scratch());
  };
}
