import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WindowShape } from '../../kernels/index.ts';
import { windowShapeOf } from './convolution.ts';
import { addressOf, areFloats, type KernelOverride, newTensor } from './kernel-call.ts';

interface PoolingAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function shapeOf(input: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes): WindowShape {
  const shape = input.shape as [number, number, number, number];
  return windowShapeOf(backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

const maxPool: KernelOverride<{ x: TensorInfo }, PoolingAttributes> = {
  kernelName: 'MaxPool',
  run({ inputs: { x }, attributes, kernels, backend }) {
    if (!areFloats(x)) return undefined;
    const shape = shapeOf(x, attributes);
    const [tensor, output] = newTensor(backend, [shape.batch, shape.outHeight, shape.outWidth, shape.outChannels]);
    kernels.maxPool({ shape, input: addressOf(backend, x), output });
    return tensor;
  },
};

const maxPoolGradient: KernelOverride<{ dy: TensorInfo; input: TensorInfo }, PoolingAttributes> = {
  kernelName: 'MaxPoolGrad',
  run({ inputs: { dy, input }, attributes, kernels, backend }) {
    if (!areFloats(dy, input)) return undefined;
    const [tensor, inputGradient] = newTensor(backend, input.shape);
    const outputGradient = addressOf(backend, dy);
    kernels.maxPoolGradient({ shape: shapeOf(input, attributes), input: addressOf(backend, input), outputGradient, inputGradient });
    return tensor;
  },
};

/** Unlike tfjs', right at padded borders too: there the forward pass divides by the pixels that lie in the image. */
const averagePoolGradient: KernelOverride<{ dy: TensorInfo; input: TensorInfo }, PoolingAttributes> = {
  kernelName: 'AvgPoolGrad',
  run({ inputs: { dy, input }, attributes, kernels, backend }) {
    if (!areFloats(dy, input)) return undefined;
    const [tensor, inputGradient] = newTensor(backend, input.shape);
    kernels.averagePoolGradient({ shape: shapeOf(input, attributes), outputGradient: addressOf(backend, dy), inputGradient });
    return tensor;
  },
};

export const poolingKernels = [maxPool, maxPoolGradient, averagePoolGradient] as const;
