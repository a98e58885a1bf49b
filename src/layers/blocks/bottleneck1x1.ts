import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { blockNames } from '../layer-names.ts';
import { activatedConvolution, type NormalizationOptions } from './activated-convolution.ts';

export interface Bottleneck1x1Options extends NormalizationOptions {
  /** The large convolution's name; the 1x1 before it is `<name>-reduce`. @default bottleneck1, bottleneck2 ... */
  readonly name?: string;
  /** Channels between the two. */
  readonly reduce: number;
  readonly filters: number;
  /** Of the large convolution. @default 3 */
  readonly kernelSize?: number;
}

/**
 * A 1x1 convolution that leaves few channels to a large one (Lin et al., 2014; Szegedy et al., 2015), each with ReLU.
 * Batch normalization is on by default.
 *
 * `[height, width, channels]` becomes `[height, width, filters]`.
 * Kernel weights: (channels + kernelSize² · filters) · reduce, instead of kernelSize² · channels · filters;
 * multiply-accumulates: as many times height · width. From 192 to 32 channels by 5x5 with 16 between: 9.7 times fewer.
 */
export function bottleneck1x1(value: SymbolicTensor, options: Bottleneck1x1Options): SymbolicTensor {
  const { reduce, filters, kernelSize = 3, useBias, batchNormalization = true } = options;
  const name = blockNames('bottleneck', options.name);
  const kind = { useBias, batchNormalization };
  const narrow = activatedConvolution(value, { name: name('reduce'), filters: reduce, kernelSize: 1, ...kind });
  return activatedConvolution(narrow, { name: name(), filters, kernelSize, ...kind });
}
