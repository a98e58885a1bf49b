import { customGrad, engine, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelActivation } from '../../kernels/index.ts';
import { type ConvolutionAttributes, convolutionShapeOf, isVector } from './convolution.ts';
import { areFloats } from './kernel-call.ts';
import { pooledConvolutionNames as names, type PooledConvolutionAttributes } from './pooled-convolution.ts';
import { currentKernels } from './register-wasm-kernels.ts';

/** A convolution with what stands behind it. */
export interface PooledConvolution {
  /** `[filterHeight, filterWidth, inChannels, outChannels]` */
  readonly filter: Tensor;
  /** `[outChannels]` */
  readonly bias?: Tensor;
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  /** Max pooling without padding: `[height, width]`. */
  readonly poolSize: readonly [number, number];
  readonly poolStrides: readonly [number, number];
  /** Applied to what was pooled; a ReLU may stand before or behind a max pooling, the result is the same. */
  readonly activation: KernelActivation;
}

/**
 * Convolution, max pooling and activation in one, with a gradient that visits only the windows that the pooling chose.
 * @param x `[batch, height, width, inChannels]`
 * @param isData whether `x` was given rather than learnt: nobody asks for its gradient then
 * @returns undefined where our kernels do not do it (another backend, other types): do it one after the other then
 */
export function pooledConv2d(x: Tensor, convolution: PooledConvolution, isData: boolean): Tensor | undefined {
  const { filter, bias } = convolution;
  if (!currentKernels() || !areFloats(x, filter, bias)) return undefined;
  const attributes = attributesOf(x, convolution);
  if (!attributes || (bias && !isVector(bias, attributes.shape.outChannels))) return undefined;
  const learnt = [...(isData ? [] : [x]), filter, ...(bias ? [bias] : [])];
  return customGrad((...given) => {
    const save = given.at(-1) as (tensors: Tensor[]) => void;
    const [value, chosen] = runKernel(names.forward, { x, filter, ...(bias && { bias }) }, attributes);
    save([x, filter, chosen]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [input, weights, windows] = saved;
      const [filterGradient, biasGradient] = runKernel(names.filter, { x: input, dy, chosen: windows }, attributes);
      const inputGradient = isData ? [] : runKernel(names.input, { dy, filter: weights, chosen: windows }, attributes);
      return [...inputGradient, filterGradient, ...(bias ? [biasGradient] : [])];
    };
    return { value, gradFunc };
  })(...learnt);
}

function attributesOf(
  x: Tensor,
  { filter, strides, padding, poolSize, poolStrides, activation }: PooledConvolution,
): PooledConvolutionAttributes | undefined {
  const attributes: ConvolutionAttributes = { strides, pad: padding };
  const shape = convolutionShapeOf((x as Tensor4D).shape, filter.shape, attributes);
  if (!shape) return undefined;
  const [outHeight, outWidth] = [shape.outHeight, shape.outWidth].map((size, side) =>
    Math.floor((size - poolSize[side]) / poolStrides[side] + 1),
  );
  const [[height, width], [strideHeight, strideWidth]] = [poolSize, poolStrides];
  return { shape, pool: { height, width, strideHeight, strideWidth, outHeight, outWidth }, activation };
}

function runKernel(name: string, inputs: Record<string, Tensor>, attributes: PooledConvolutionAttributes): Tensor[] {
  return engine().runKernel(name, inputs, attributes as never) as Tensor[];
}
