import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { blockNames } from '../layer-names.ts';
import { layers } from '../layers.ts';
import { activatedConvolution, type NormalizationOptions } from './activated-convolution.ts';

export interface FireOptions extends NormalizationOptions {
  /** The concatenation's name; inside are `<name>-squeeze`, `<name>-1x1` and `<name>-3x3`. @default fire1, fire2 ... */
  readonly name?: string;
  /** Filters of the 1x1 convolution that squeezes. */
  readonly squeeze: number;
  /** Filters of each of the two convolutions that expand. */
  readonly expand: number;
}

/**
 * SqueezeNet's module (Iandola et al., 2016): a 1x1 convolution, behind it a 1x1 and a 3x3 one side by side, concatenated;
 * all with ReLU. Batch normalization is off by default, as in the paper.
 *
 * `[height, width, channels]` becomes `[height, width, 2 · expand]`.
 * Kernel weights: channels · squeeze + 10 · squeeze · expand; multiply-accumulates: as many times height · width.
 */
export function fire(value: SymbolicTensor, options: FireOptions): SymbolicTensor {
  const { squeeze, expand, batchNormalization = false, useBias } = options;
  const name = blockNames('fire', options.name);
  const convolution = (from: SymbolicTensor, part: string, filters: number, kernelSize: number) =>
    activatedConvolution(from, { name: name(part), filters, kernelSize, batchNormalization, useBias });
  const squeezed = convolution(value, 'squeeze', squeeze, 1);
  const expanded = [convolution(squeezed, '1x1', expand, 1), convolution(squeezed, '3x3', expand, 3)];
  return through(expanded, layers.concatenate({ name: name() }));
}
