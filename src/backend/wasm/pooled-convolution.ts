import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation, PoolShape, WindowShape } from '../../kernels/index.ts';
import { addressOf, type KernelOverride, newTensor } from './kernel-call.ts';

/** Kernels that tfjs does not have: `pooledConv2d` runs them. */
export const pooledConvolutionNames = {
  forward: 'PooledConv2D',
  filter: 'PooledConv2DBackpropFilter',
  input: 'PooledConv2DBackpropInput',
} as const;

export interface PooledConvolutionAttributes {
  readonly shape: WindowShape;
  readonly pool: PoolShape;
  readonly activation: KernelActivation;
}

/** Gives the pooled values and, int32, the windows that they are from. */
const forward: KernelOverride<{ x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }, PooledConvolutionAttributes> = {
  kernelName: pooledConvolutionNames.forward,
  run({ inputs: { x, filter, bias }, attributes: { shape, pool, activation }, kernels, backend }) {
    const pooled = [shape.batch, pool.outHeight, pool.outWidth, shape.outChannels];
    const [value, output] = newTensor(backend, pooled);
    const [windows, chosen] = newTensor(backend, pooled, 'int32');
    kernels.pooledConv2d({
      shape,
      pool,
      activation,
      input: addressOf(backend, x),
      filter: addressOf(backend, filter),
      bias: bias ? addressOf(backend, bias) : undefined,
      output,
      chosen,
    });
    return [value, windows];
  },
};

const filterGradient: KernelOverride<{ x: TensorInfo; dy: TensorInfo; chosen: TensorInfo }, PooledConvolutionAttributes> = {
  kernelName: pooledConvolutionNames.filter,
  run({ inputs: { x, dy, chosen }, attributes: { shape, pool }, kernels, backend }) {
    const { filterHeight, filterWidth, inChannels, outChannels } = shape;
    const [ofFilter, filterAddress] = newTensor(backend, [filterHeight, filterWidth, inChannels, outChannels]);
    const [ofBias, biasAddress] = newTensor(backend, [outChannels]);
    kernels.pooledConv2dFilterGradient({
      shape,
      pool,
      input: addressOf(backend, x),
      outputGradient: addressOf(backend, dy),
      chosen: addressOf(backend, chosen),
      filterGradient: filterAddress,
      biasGradient: biasAddress,
    });
    return [ofFilter, ofBias];
  },
};

const inputGradient: KernelOverride<{ dy: TensorInfo; filter: TensorInfo; chosen: TensorInfo }, PooledConvolutionAttributes> = {
  kernelName: pooledConvolutionNames.input,
  run({ inputs: { dy, filter, chosen }, attributes: { shape, pool }, kernels, backend }) {
    const [tensor, address] = newTensor(backend, [shape.batch, shape.inHeight, shape.inWidth, shape.inChannels]);
    kernels.pooledConv2dInputGradient({
      shape,
      pool,
      outputGradient: addressOf(backend, dy),
      chosen: addressOf(backend, chosen),
      filter: addressOf(backend, filter),
      inputGradient: address,
    });
    return [tensor];
  },
};

export const pooledConvolutionKernels = [forward, filterGradient, inputGradient] as const;
