import type { ProductKernel } from './product-kernel.ts';
import { binary } from './product-kernels/binary.ts';
import { float32 } from './product-kernels/float32.ts';
import { int8 } from './product-kernels/int8.ts';
import { int8Winograd } from './product-kernels/int8-winograd.ts';
import { sharedSums } from './product-kernels/shared-sums.ts';
import { sparse } from './product-kernels/sparse.ts';
import { sparseBlocks } from './product-kernels/sparse-blocks.ts';
import { winograd } from './product-kernels/winograd.ts';

/** Every way to compute a product. The first one computes all of them. */
export const productKernels: readonly [ProductKernel, ...ProductKernel[]] = [
  float32,
  winograd,
  int8,
  int8Winograd,
  sparse,
  sparseBlocks,
  binary,
  sharedSums,
];
