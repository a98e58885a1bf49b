import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { blockNames } from '../layer-names.ts';
import { layers } from '../layers.ts';
import { momentum } from './momentum.ts';

export interface ConvBnReluOptions {
  /** The convolution's name; those behind it are `<name>-norm` and `<name>-relu`. @default conv1, conv2 ... in the model's order */
  readonly name?: string;
  readonly filters: number;
  /** Height and width of the window. @default 3 */
  readonly kernelSize?: number;
  /** @default 1 */
  readonly strides?: number;
  /** @default 'same' */
  readonly padding?: 'same' | 'valid';
}

/**
 * Convolution, batch normalization (Ioffe and Szegedy, 2015), ReLU. The convolution has no bias: the normalization has one.
 *
 * `[height, width, channels]` becomes `[height / strides, width / strides, filters]`, rounded up.
 * Weights: kernelSize² · channels · filters, and 4 · filters of the normalization, of which 2 · filters are learnt.
 */
export function convBnRelu(value: SymbolicTensor, options: ConvBnReluOptions): SymbolicTensor {
  const { filters, kernelSize = 3, strides = 1, padding = 'same' } = options;
  const name = blockNames('conv', options.name);
  return through(
    value,
    layers.conv2d({ name: name(), filters, kernelSize, strides, padding, useBias: false, kernelInitializer: 'heNormal' }),
    layers.batchNormalization({ name: name('norm'), momentum }),
    layers.reLU({ name: name('relu') }),
  );
}
