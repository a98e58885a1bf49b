import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { pooledConv2d } from '../backend/wasm/index.ts';
import type { LayersAtOnce } from './layers-at-once.ts';

type Layer = LayersModel['layers'][number];

/** What tfjs' declarations keep to themselves. */
interface ConvolutionLayer {
  readonly kernel: { read(): Tensor };
  readonly bias: { read(): Tensor } | null;
  readonly activation: { getClassName(): string } | null;
  readonly trainable: boolean;
  readonly dataFormat: string;
  readonly padding: string;
  readonly strides: [number, number];
  readonly dilationRate: number | [number, number];
}

interface PoolingLayer {
  readonly dataFormat: string;
  readonly padding: string;
  readonly poolSize: [number, number];
  readonly strides: [number, number];
}

/** A convolution, a max pooling and perhaps a ReLU, one behind the other, which training can do in one. */
export function pooledConvolutionOf(layers: readonly Layer[]): LayersAtOnce | undefined {
  const [first, second, third] = layers;
  if (first?.getClassName() !== 'Conv2D' || second?.getClassName() !== 'MaxPooling2D') return undefined;
  const convolution = first as unknown as ConvolutionLayer;
  const pooling = second as unknown as PoolingLayer;
  const own = convolution.activation?.getClassName() ?? 'linear';
  const plain = [convolution, pooling].every(({ dataFormat }) => dataFormat !== 'channelsFirst') && pooling.padding === 'valid';
  const dilated = [convolution.dilationRate].flat().some((rate) => rate !== 1);
  const { padding } = convolution;
  if (!plain || dilated || (padding !== 'valid' && padding !== 'same')) return undefined;
  if (own !== 'linear' && own !== 'relu') return undefined;
  const reluBehind = third !== undefined && isReLU(third);
  const activation = own === 'relu' || reluBehind ? 'relu' : 'linear';
  const { strides } = convolution;
  const shape = { strides, padding, poolSize: pooling.poolSize, poolStrides: pooling.strides, activation } as const;
  return {
    length: reluBehind ? 3 : 2,
    run(x, isData) {
      if (!convolution.trainable) return undefined; // its own gradients would be computed for nobody
      return pooledConv2d(x, { ...shape, filter: convolution.kernel.read(), bias: convolution.bias?.read() }, isData);
    },
  };
}

/** Whether a layer is nothing but a ReLU without a ceiling. */
export function isReLU(layer: Layer): boolean {
  if (layer.getClassName() === 'ReLU') return (layer.getConfig().maxValue ?? undefined) === undefined;
  return layer.getClassName() === 'Activation' && layer.getConfig().activation === 'relu';
}
