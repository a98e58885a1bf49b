import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { blockNames } from '../layer-names.ts';
import { layers } from '../layers.ts';
import { convBnRelu } from './conv-bn-relu.ts';
import { momentum } from './momentum.ts';

export interface ResidualOptions {
  /** Layers are `<name>-conv1`, `<name>-conv2` with `-norm` and `-relu`, `<name>-shortcut`, `<name>-add`, and `<name>`, the last ReLU. @default residual1 ... */
  readonly name?: string;
  readonly filters: number;
  /** Of the first convolution. @default 1 */
  readonly strides?: number;
}

/**
 * ResNet's block (He et al., 2016): two 3x3 convolutions with batch normalization learn what is to be added to their input.
 * Where the shape changes, a 1x1 convolution leads the input past them; else it is added as it is.
 *
 * `[height, width, channels]` becomes `[height / strides, width / strides, filters]`, rounded up.
 * Kernel weights: 9 · (channels + filters) · filters, and channels · filters of the shortcut where there is one.
 */
export function residual(value: SymbolicTensor, options: ResidualOptions): SymbolicTensor {
  const { filters, strides = 1 } = options;
  const name = blockNames('residual', options.name);
  const kernel = { filters, padding: 'same', useBias: false, kernelInitializer: 'heNormal' } as const;
  const learnt = through(
    convBnRelu(value, { name: name('conv1'), filters, strides }),
    layers.conv2d({ name: name('conv2'), kernelSize: 3, ...kernel }),
    layers.batchNormalization({ name: name('conv2-norm'), momentum }),
  );
  const sameShape = strides === 1 && value.shape[value.shape.length - 1] === filters;
  const shortcut = sameShape ? value : through(value, layers.conv2d({ name: name('shortcut'), kernelSize: 1, strides, ...kernel }));
  return through([learnt, shortcut], layers.add({ name: name('add') }), layers.reLU({ name: name() }));
}
