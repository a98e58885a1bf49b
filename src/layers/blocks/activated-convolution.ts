import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { through } from '../functional.ts';
import { layers } from '../layers.ts';
import { convBnRelu } from './conv-bn-relu.ts';

export interface NormalizationOptions {
  /** Whether batch normalization stands behind every convolution, which then has no bias. */
  readonly batchNormalization?: boolean;
  /** Whether convolutions without batch normalization have a bias. @default true */
  readonly useBias?: boolean;
}

interface ActivatedConvolutionOptions extends NormalizationOptions {
  readonly name: string | undefined;
  readonly filters: number;
  readonly kernelSize: number;
}

/** A convolution of the same size with ReLU, as `convBnRelu` or, as in papers from before 2015, in one layer. */
export function activatedConvolution(value: SymbolicTensor, options: ActivatedConvolutionOptions): SymbolicTensor {
  const { batchNormalization, useBias = true, name, filters, kernelSize } = options;
  if (batchNormalization) return convBnRelu(value, { name, filters, kernelSize });
  const convolution = { name, filters, kernelSize, useBias, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' } as const;
  return through(value, layers.conv2d(convolution));
}
