import type { ProductKernel } from '../product-kernel.ts';
import { sparseCost } from './sparse-cost.ts';
import { compileSparse, refuseSparse } from './sparse-product.ts';

/**
 * The same with four neighbouring outputs at a time, which share what is read of the inputs: for weights that were pruned in blocks of
 * 1 input by 4 outputs, and for single samples also where few of the four are left.
 */
export const sparseBlocks: ProductKernel = {
  name: 'sparse-blocks',
  refuses: refuseSparse,
  cost: (product, batch, flavour) => sparseCost(product, batch, flavour, 4),
  compile: (product, kernels) => compileSparse(product, kernels, 4),
};
