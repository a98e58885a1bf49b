import type { Product } from '../../src/inference/product.ts';
import type { ProductKernel } from '../../src/inference/product-kernel.ts';

/** A product whose kernel is timed beside tfjs-wasm's float32 for the same shape. One file per family of kernels in this folder. */
export interface ProductCase {
  /** `1x1 conv 14x14, 256 to 256, 90 % zeros` */
  readonly name: string;
  readonly kernel: ProductKernel;
  readonly product: Product;
  readonly batch: number;
  /** How many times faster it has to be, by the build of the kernels; none where there is no bar. */
  readonly target?: { readonly simd?: number; readonly 'relaxed-simd'?: number };
  /** Beside what. @default 'tfjs-wasm' */
  readonly peer?: 'tfjs-wasm' | 'our float32';
}
