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

/** The share of the weights that are not 0; 1 where none of some hundreds, spread over all of them, is. Counted once for each product. */
export function density(product: Product): number {
  const { weights } = product;
  let share = densities.get(product);
  if (share === undefined) {
    share = shareOfNonZeros(weights, Math.ceil(weights.length / sampleSize) | 1);
    if (share < 1) share = shareOfNonZeros(weights, 1);
    densities.set(product, share);
  }
  return share;
}

/** Enough of a layer to see that it was not pruned, without the milliseconds that a look at all of it takes when a model is loaded. */
const sampleSize = 512;

/** @param step 1 looks at every weight. By index and by bits: it runs before anything is compiled, when every float read is an object */
function shareOfNonZeros(weights: Float32Array, step: number): number {
  const bits = new Int32Array(weights.buffer, weights.byteOffset, weights.length);
  let zeros = 0;
  for (let i = 0; i < bits.length; i += step) if ((bits[i] & 0x7fff_ffff) === 0) zeros++;
  return 1 - zeros / Math.ceil(bits.length / step);
}
