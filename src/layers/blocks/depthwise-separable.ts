import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { blockNames } from '../layer-names.ts';
import { layers } from '../layers.ts';
import { convBnRelu } from './conv-bn-relu.ts';
import { momentum } from './momentum.ts';

export interface DepthwiseSeparableOptions {
  /** Layers are `<name>-depthwise`, `-depthwise-norm`, `-depthwise-relu`, then `<name>`, `<name>-norm`, `<name>-relu`. @default separable1 ... */
  readonly name?: string;
  readonly filters: number;
  /** Of the depthwise convolution. @default 1 */
  readonly strides?: number;
}

/**
 * MobileNet's block (Howard et al., 2017): a 3x3 convolution of each channel by itself, then a 1x1 convolution over the channels,
 * each with batch normalization and ReLU.
 *
 * `[height, width, channels]` becomes `[height / strides, width / strides, filters]`, rounded up.
 * Kernel weights: (9 + filters) · channels, instead of 9 · filters · channels; multiply-accumulates: as many times the positions of the output.
 */
export function depthwiseSeparable(value: SymbolicTensor, options: DepthwiseSeparableOptions): SymbolicTensor {
  const { filters, strides = 1 } = options;
  const name = blockNames('separable', options.name);
  const apart = through(
    value,
    layers.depthwiseConv2d({ name: name('depthwise'), kernelSize: 3, strides, padding: 'same', useBias: false }),
    layers.batchNormalization({ name: name('depthwise-norm'), momentum }),
    layers.reLU({ name: name('depthwise-relu') }),
  );
  return convBnRelu(apart, { name: name(), filters, kernelSize: 1 });
}
