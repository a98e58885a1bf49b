import { float32 } from '../../src/inference/product-kernels/float32.ts';
import { drawProduct, type ProductShape } from '../../test/contracts/drawn-products.ts';
import type { ProductCase } from './product-case.ts';

/** Layers of the catalogue, and a product that is large enough for the kernels' peak. */
const shapes: Readonly<Record<string, ProductShape>> = {
  'matrix product 512': { dense: [512, 512, 512] },
  'dense 784 to 300': { dense: [1, 784, 300] },
  'dense 800 to 500': { dense: [1, 800, 500] },
  'conv 5x5 28x28, 1 to 20': { image: [28, 28, 1], filter: [5, 5], filters: 20 },
  'conv 5x5 12x12, 20 to 50': { image: [12, 12, 20], filter: [5, 5], filters: 50 },
  'conv 3x3 32x32, 3 to 32': { image: [32, 32, 3], filter: [3, 3], filters: 32, padding: 'same' },
  'conv 3x3 28x28, 64 to 64': { image: [28, 28, 64], filter: [3, 3], filters: 64, padding: 'same' },
  'conv 1x1 14x14, 256 to 256': { image: [14, 14, 256], filter: [1, 1], filters: 256 },
};

export const float32Cases: readonly ProductCase[] = Object.entries(shapes).flatMap(([name, shape]) =>
  ('dense' in shape && shape.dense[0] === 1 ? [1, 64] : [1]).map((batch) => ({
    name,
    kernel: float32,
    product: drawProduct(shape, 'dense'),
    batch,
  })),
);
