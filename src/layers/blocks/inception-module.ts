import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { blockNames } from '../layer-names.ts';
import { layers } from '../layers.ts';
import { activatedConvolution, type NormalizationOptions } from './activated-convolution.ts';
import { bottleneck1x1 } from './bottleneck1x1.ts';

export interface InceptionModuleOptions extends NormalizationOptions {
  /** The concatenation's name; inside are `<name>-1x1`, `-3x3-reduce`, `-3x3`, `-5x5-reduce`, `-5x5`, `-pool`, `-projection`. @default inception1 ... */
  readonly name?: string;
  /** Filters of the four branches; the last one is a 1x1 convolution behind a 3x3 max pooling. */
  readonly filters: { readonly '1x1': number; readonly '3x3': number; readonly '5x5': number; readonly pool: number };
  /** Channels that 1x1 convolutions leave to the 3x3 and the 5x5 convolution; false: these read all channels. */
  readonly reduce: { readonly '3x3': number; readonly '5x5': number } | false;
}

/**
 * GoogLeNet's module (Szegedy et al., 2015): convolutions of three sizes and a max pooling side by side, concatenated.
 * Batch normalization is on by default, as in its second version (Ioffe and Szegedy, 2015).
 *
 * `[height, width, channels]` becomes `[height, width, sum of filters]`.
 * Its module 3a, 64, 96 -> 128, 16 -> 32 and 32 filters on 28x28x192, has 163,328 kernel weights and 128,049,152
 * multiply-accumulates; without the reductions 2.41 times as many. See docs/googlenet-1x1.md.
 */
export function inceptionModule(value: SymbolicTensor, options: InceptionModuleOptions): SymbolicTensor {
  const { filters, reduce, useBias, batchNormalization = true } = options;
  const name = blockNames('inception', options.name);
  const kind = { useBias, batchNormalization };
  const convolution = (from: SymbolicTensor, part: string, count: number, kernelSize: number) =>
    activatedConvolution(from, { name: name(part), filters: count, kernelSize, ...kind });
  const large = (size: '3x3' | '5x5', kernelSize: number) =>
    reduce
      ? bottleneck1x1(value, { name: name(size), reduce: reduce[size], filters: filters[size], kernelSize, ...kind })
      : convolution(value, size, filters[size], kernelSize);
  const pooled = through(value, layers.maxPooling2d({ name: name('pool'), poolSize: 3, strides: 1, padding: 'same' }));
  return through(
    [convolution(value, '1x1', filters['1x1'], 1), large('3x3', 3), large('5x5', 5), convolution(pooled, 'projection', filters.pool, 1)],
    layers.concatenate({ name: name() }),
  );
}
