import { RandomStream } from '../../src/core/random.ts';
import type { Product } from '../../src/inference/product.ts';
import { binary } from '../../src/inference/product-kernels/binary.ts';
import { sharedSums } from '../../src/inference/product-kernels/shared-sums.ts';
import { drawProduct, type ProductShape } from '../../test/contracts/drawn-products.ts';
import type { ProductCase } from './product-case.ts';
import { sameConv as conv } from './same-conv.ts';

interface Shape {
  readonly name: string;
  readonly shape: ProductShape;
  readonly batch?: number;
}

const rows: readonly Shape[] = [
  { name: 'dense 784 to 304', shape: { dense: [1, 784, 304] } },
  { name: 'dense 800 to 500', shape: { dense: [1, 800, 500] } },
  { name: 'dense 2048 to 2048', shape: { dense: [1, 2048, 2048] } },
];
const planes: readonly Shape[] = [
  { name: 'dense 784 to 304', shape: { dense: [1, 784, 304] }, batch: 64 },
  { name: 'conv 1x1 14x14, 256 to 256', shape: conv(14, 256, 1, 256) },
  { name: 'conv 5x5 12x12, 20 to 50', shape: { image: [12, 12, 20], filter: [5, 5], filters: 50 } },
  { name: 'conv 3x3 28x28, 64 to 64', shape: conv(28, 64, 3, 64) },
  { name: 'conv 3x3 7x7, 64 to 128', shape: conv(7, 64, 3, 128) },
];

/** Signs read by layers of 256 inputs a unit and more. */
export const binaryCases: readonly ProductCase[] = [...rows, ...planes].map(({ name, shape, batch = 1 }) => ({
  name,
  kernel: binary,
  product: drawProduct(shape, 'signs'),
  batch,
  target: { simd: 6, 'relaxed-simd': 6 },
}));

/** Float inputs: beside our own float32, which is what they have to beat. */
export const sharedSumsCases: readonly ProductCase[] = [
  ...[...rows, ...planes].map((one) => ({ ...one, kind: '2 values', product: drawProduct(one.shape, 'binary') })),
  ...planes.map((one) => ({ ...one, kind: '3 values', product: withZeros(drawProduct(one.shape, 'binary'), 0.42) })),
].map(({ name, kind, product, batch = 1 }) => ({ name: `${name}, ${kind}`, kernel: sharedSums, product, batch, peer: 'our float32' }));

/** As ternary weight networks round weights that are distributed as a bell: 42 % of them to 0. */
function withZeros(product: Product, zeros: number): Product {
  const random = new RandomStream(13);
  return { ...product, weights: product.weights.map((weight) => (random.uniform(0, 1) < zeros ? 0 : weight)) };
}
