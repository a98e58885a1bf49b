import type { ProductKernel } from '../product-kernel.ts';
import { sparseCost } from './sparse-cost.ts';
import { compileSparse, refuseSparse } from './sparse-product.ts';

/** Multiplies with the weights that are not 0, each with up to 32 neighbouring pixels or samples (Elsen et al., "Fast sparse ConvNets", 2020). */
export const sparse: ProductKernel = {
  name: 'sparse',
  refuses: refuseSparse,
  cost: (product, batch, flavour) => sparseCost(product, batch, flavour, 1),
  compile: (product, kernels) => compileSparse(product, kernels, 1),
};
