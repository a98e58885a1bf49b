import { RandomStream } from '../../src/core/random.ts';
import type { Product } from '../../src/inference/product.ts';
import { sparse } from '../../src/inference/product-kernels/sparse.ts';
import { sparseBlocks } from '../../src/inference/product-kernels/sparse-blocks.ts';
import { drawProduct, type ProductShape } from '../../test/contracts/drawn-products.ts';
import type { ProductCase } from './product-case.ts';

const shapes: readonly { readonly name: string; readonly shape: ProductShape; readonly batch?: number }[] = [
  { name: 'conv 1x1 14x14, 256 to 256', shape: { image: [14, 14, 256], filter: [1, 1], filters: 256 } },
  { name: 'dense 784 to 304', shape: { dense: [1, 784, 304] }, batch: 64 },
  { name: 'conv 3x3 28x28, 64 to 64', shape: { image: [28, 28, 64], filter: [3, 3], filters: 64, padding: 'same' } },
  { name: 'conv 3x3 14x14, 64 to 64', shape: { image: [14, 14, 64], filter: [3, 3], filters: 64, padding: 'same' } },
  { name: 'conv 3x3 7x7, 64 to 128', shape: { image: [7, 7, 64], filter: [3, 3], filters: 128, padding: 'same' } },
  { name: 'conv 5x5 12x12, 20 to 50', shape: { image: [12, 12, 20], filter: [5, 5], filters: 50 } },
];

/** Single weights and blocks of 1 input by 4 outputs; single samples of a dense layer, where a weight is used once. */
export const sparseCases: readonly ProductCase[] = [
  ...shapes.flatMap(({ name, shape, batch = 1 }): ProductCase[] => [
    { name: `${name}, 50 % zeros`, kernel: sparse, product: prune(shape, 0.5), batch },
    { name: `${name}, 90 % zeros`, kernel: sparse, product: prune(shape, 0.9), batch, target: { simd: 6, 'relaxed-simd': 6 } },
    { name: `${name}, 90 % in blocks`, kernel: sparseBlocks, product: prune(shape, 0.9, 4), batch, target: { 'relaxed-simd': 9 } },
  ]),
  ...[
    { zeros: 0.8, target: undefined },
    { zeros: 0.9, target: 2.6 },
    { zeros: 0.95, target: 5 },
  ].map(({ zeros, target }) => ({
    name: `dense 784 to 304, ${100 * zeros} % zeros`,
    kernel: sparse,
    product: prune({ dense: [1, 784, 304] }, zeros),
    batch: 1,
    target: target === undefined ? undefined : { simd: target, 'relaxed-simd': target },
  })),
  {
    name: 'dense 784 to 304, 90 % in blocks',
    kernel: sparseBlocks,
    product: prune({ dense: [1, 784, 304] }, 0.9, 4),
    batch: 1,
  },
];

/** A product of this shape with this share of zeros, of which `outputs` neighbouring outputs lose a weight together. */
function prune(shape: ProductShape, zeros: number, outputs = 1): Product {
  const product = drawProduct(shape, 'dense');
  const random = new RandomStream(11);
  let stays = true;
  const weights = product.weights.map((weight, index) => {
    if ((index % product.n) % outputs === 0) stays = random.uniform(0, 1) >= zeros;
    return stays ? weight : 0;
  });
  return { ...product, weights };
}
