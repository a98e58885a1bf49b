import { activationNumbers, convSizes } from '../../kernels/export-arguments.ts';
import type { Address } from '../../kernels/address.ts';
import type { EngineKernels } from '../../kernels/engine-kernels.ts';
import { imagePlanes, isMatrix, matrixPlanes, type PlaneShape } from '../../kernels/plane-shape.ts';
import { type SparseListOptions, sparseLists } from '../../kernels/sparse-lists.ts';
import type { Product } from '../product.ts';
import type { RunProduct } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Rows of a matrix from which on planes are worth making. */
export const rowsWorthPlanes = 8;

/** The planes of a product's inputs. */
export function planesOf({ k, windows }: Product): PlaneShape {
  return windows && !isMatrix(windows) ? imagePlanes(windows(1)) : matrixPlanes(k);
}

/** @param outputs how many share a list of weights */
export function compileSparse(product: Product, kernels: EngineKernels, outputs: 1 | 4): RunProduct {
  const { rows, k, n, windows } = product;
  const { sparseConv2d, sparseGemm, sparseVectors, sparseBlockVectors } = kernels.exports;
  const activation = activationNumbers[product.activation];
  const blocks = Number(outputs === 4);
  const filled = new Float32Array(Math.ceil(n / outputs) * outputs);
  filled.set(product.bias);
  const bias = place(kernels, filled);
  const list = (options: Omit<SparseListOptions, 'outputs'>) => {
    const { counts, entries } = sparseLists(product.weights, n, { outputs, ...options });
    return [placeWords(kernels, counts), placeWords(kernels, entries)] as const;
  };
  const planes = planesOf(product);
  const { rowsAtOnce, planeBytes } = planes;
  const [counts, entries] = list({ group: 1, place: planes.place });
  // Behind the inputs' planes the results', each with a little more room than pixels.
  const scratch = () => kernels.scratch.split((planes.count + filled.length) * planeBytes + 32)[0];
  if (windows && !isMatrix(windows)) {
    return (input, output, batch) => {
      const sizes = convSizes(windows(batch));
      sparseConv2d(...sizes, rowsAtOnce, planeBytes, input, counts, entries, blocks, output, bias, activation, scratch());
    };
  }
  const vectors = outputs === 4 ? sparseBlockVectors : sparseVectors;
  const [vectorCounts, vectorEntries] = list({ group: 4, place: (row) => 4 * row });
  return (a, c, batch) => {
    const m = batch * rows;
    if (m < rowsWorthPlanes) vectors(m, n, k, a, vectorCounts, vectorEntries, c, bias, activation);
    else sparseGemm(m, n, k, rowsAtOnce, planeBytes, a, counts, entries, blocks, c, bias, activation, scratch());
  };
}

/** What is not a sound size for planes: a single row of results with all that its windows meet. */
const largestPlaneFloats = 2 ** 24;

export function planesTooLarge(product: Product): string | undefined {
  const { count, planeBytes } = planesOf(product);
  return (count + product.n) * planeBytes > 4 * largestPlaneFloats ? 'its inputs are too large to be held channel by channel' : undefined;
}

function placeWords(kernels: EngineKernels, words: Uint32Array): Address {
  const address = kernels.heap.allocate(words.byteLength);
  kernels.integers(address, words.length).set(words);
  return address;
}
