import type { KernelActivation } from '../kernels/address.ts';
import type { WindowShape } from '../kernels/window-shape.ts';
import type { ActivationRange } from '../packed/model-file.ts';

/**
 * What a dense layer or a convolution computes: each result is a row of `k` inputs times a column of weights, plus a bias, through an
 * activation. Everything that follows is merged in already.
 */
export interface Product {
  readonly kind: 'dense' | 'conv2d';
  /** Rows of one sample's result: pixels of a convolution, mostly 1 for a dense layer. */
  readonly rows: number;
  /** Inputs of one result: filterHeight * filterWidth * inChannels. */
  readonly k: number;
  /** Units or filters. */
  readonly n: number;
  /** Where a convolution's windows stand; a dense layer has none. */
  readonly windows?: (batch: number) => WindowShape;
  /** `[k, n]`; of a convolution k is `[filterHeight, filterWidth, inChannels]`. Not to be changed. */
  readonly weights: Float32Array;
  /** `[n]` */
  readonly bias: Float32Array;
  readonly activation: KernelActivation;
  /** Where the file says so: weight `[i, j]` is a whole number (bits 8: -127 to 127, bits 4: -7 to 7) times `scales[j]`. */
  readonly quantization?: { readonly bits: 8 | 4; readonly scales: Float32Array };
  /** Where the file says so: the whole numbers of 7 bits that the inputs are rounded to; `dynamic`: in the range of each sample. */
  readonly inputRange?: ActivationRange | 'dynamic';
  /** Whether all inputs of a sample have one magnitude: signs, or signs times a scale of the sample. @default false */
  readonly readsSigns?: boolean;
}

const densities = new WeakMap<Product, number>();

/** The share of the weights that are not 0. Counted once for each product. */
export function density(product: Product): number {
  const { weights } = product;
  let share = densities.get(product);
  if (share === undefined) {
    let count = 0;
    // By index: it runs once, before anything is compiled.
    for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) count++;
    share = count / weights.length;
    densities.set(product, share);
  }
  return share;
}
