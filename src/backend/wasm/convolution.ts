import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation, WindowShape } from '../../kernels/index.ts';
import { constantInputs } from './constant-inputs.ts';
import { addressOf, areFloats, type KernelOverride, newTensor } from './kernel-call.ts';

type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];

export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface FusedAttributes extends ConvolutionAttributes {
  readonly activation?: string;
}

type Shape4 = [number, number, number, number];

/** tfjs' description of a convolution in ours; undefined for what our kernels do not do: dilations and channels first. */
export function convolutionShapeOf(
  input: readonly number[],
  filter: readonly number[],
  attributes: ConvolutionAttributes,
  depthwise = false,
): WindowShape | undefined {
  const { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(input as Shape4, filter as Shape4, strides, dilations ?? 1, pad, dimRoundingMode, depthwise);
  return info.dilationHeight === 1 && info.dilationWidth === 1 ? windowShapeOf(info) : undefined;
}

/** What tfjs worked out about windows, in our words. */
export function windowShapeOf(info: backend_util.Conv2DInfo): WindowShape {
  return { ...info, batch: info.batchSize, padTop: info.padInfo.top, padLeft: info.padInfo.left };
}

function outputShape(s: WindowShape): Shape4 {
  return [s.batch, s.outHeight, s.outWidth, s.outChannels];
}

const conv2d: KernelOverride<{ x: TensorInfo; filter: TensorInfo }, ConvolutionAttributes> = {
  kernelName: 'Conv2D',
  run({ inputs: { x, filter }, attributes, kernels, backend }) {
    const shape = areFloats(x, filter) ? convolutionShapeOf(x.shape, filter.shape, attributes) : undefined;
    if (!shape) return undefined;
    const [tensor, output] = newTensor(backend, outputShape(shape));
    kernels.conv2d({ shape, input: addressOf(backend, x), filter: addressOf(backend, filter), output });
    return tensor;
  },
};

const fusedConv2d: KernelOverride<
  { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo; preluActivationWeights?: TensorInfo },
  FusedAttributes
> = {
  kernelName: 'FusedConv2D',
  run({ inputs: { x, filter, bias }, attributes, kernels, backend }) {
    constantInputs.noteUse(filter, x);
    const activation = kernelActivation(attributes.activation);
    const shape = activation && areFloats(x, filter, bias) ? convolutionShapeOf(x.shape, filter.shape, attributes) : undefined;
    if (!shape || (bias && !isVector(bias, shape.outChannels))) return undefined;
    const [tensor, output] = newTensor(backend, outputShape(shape));
    kernels.conv2d({
      shape,
      input: addressOf(backend, x),
      filter: addressOf(backend, filter),
      output,
      bias: bias ? addressOf(backend, bias) : undefined,
      activation,
    });
    return tensor;
  },
};

const conv2dInputGradient: KernelOverride<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { readonly inputShape: number[] }
> = {
  kernelName: 'Conv2DBackpropInput',
  run({ inputs: { dy, filter }, attributes, kernels, backend }) {
    const shape = areFloats(dy, filter) ? convolutionShapeOf(attributes.inputShape, filter.shape, attributes) : undefined;
    if (!shape) return undefined;
    const [tensor, inputGradient] = newTensor(backend, attributes.inputShape);
    if (constantInputs.needsNoGradient(filter)) return tensor;
    kernels.conv2dInputGradient({ shape, outputGradient: addressOf(backend, dy), filter: addressOf(backend, filter), inputGradient });
    return tensor;
  },
};

const conv2dFilterGradient: KernelOverride<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { readonly filterShape: number[] }> =
  {
    kernelName: 'Conv2DBackpropFilter',
    run({ inputs: { x, dy }, attributes, kernels, backend }) {
      const shape = areFloats(x, dy) ? convolutionShapeOf(x.shape, attributes.filterShape, attributes) : undefined;
      if (!shape) return undefined;
      const [tensor, filterGradient] = newTensor(backend, attributes.filterShape);
      kernels.conv2dFilterGradient({ shape, input: addressOf(backend, x), outputGradient: addressOf(backend, dy), filterGradient });
      return tensor;
    },
  };

const depthwiseInputGradient: KernelOverride<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { readonly inputShape: number[] }
> = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  run({ inputs: { dy, filter }, attributes, kernels, backend }) {
    const shape = areFloats(dy, filter) ? convolutionShapeOf(attributes.inputShape, filter.shape, attributes, true) : undefined;
    if (!shape) return undefined;
    const [tensor, inputGradient] = newTensor(backend, attributes.inputShape);
    kernels.depthwiseConv2dInputGradient({
      shape,
      outputGradient: addressOf(backend, dy),
      filter: addressOf(backend, filter),
      inputGradient,
    });
    return tensor;
  },
};

const depthwiseFilterGradient: KernelOverride<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionAttributes & { readonly filterShape: number[] }
> = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  run({ inputs: { x, dy }, attributes, kernels, backend }) {
    const shape = areFloats(x, dy) ? convolutionShapeOf(x.shape, attributes.filterShape, attributes, true) : undefined;
    if (!shape) return undefined;
    const [tensor, filterGradient] = newTensor(backend, attributes.filterShape);
    kernels.depthwiseConv2dFilterGradient({ shape, input: addressOf(backend, x), outputGradient: addressOf(backend, dy), filterGradient });
    return tensor;
  },
};

/** The activation as our kernels know it, or undefined for one that they do not do. */
export function kernelActivation(name: string | undefined): KernelActivation | undefined {
  const wanted = name ?? 'linear';
  return wanted === 'linear' || wanted === 'relu' || wanted === 'relu6' ? wanted : undefined;
}

/** Whether a bias has one value for each column; one value for all is left to tfjs. */
export function isVector(bias: TensorInfo, columns: number): boolean {
  return bias.shape.length === 1 && bias.shape[0] === columns;
}

/** Convolutions and the gradients that tfjs' wasm backend lacks or does slowly. */
export const convolutionKernels = [
  conv2d,
  fusedConv2d,
  conv2dInputGradient,
  conv2dFilterGradient,
  depthwiseInputGradient,
  depthwiseFilterGradient,
] as const;
