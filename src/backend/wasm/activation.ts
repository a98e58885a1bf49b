import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addressOf, areFloats, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';

/** Name of the kernel that our gradient of `Relu` and `Relu6` runs; tfjs has none. */
export const reluGradientName = 'ReluGradient';

const relu = activationKernel('Relu', 'relu');
const relu6 = activationKernel('Relu6', 'relu6');

function activationKernel(kernelName: string, activation: 'relu' | 'relu6'): KernelOverride<{ x: TensorInfo }> {
  return {
    kernelName,
    run({ inputs: { x }, kernels, backend }) {
      if (!areFloats(x)) return undefined;
      const [tensor, output] = newTensor(backend, x.shape);
      kernels.activate({ count: sizeOf(x.shape), input: addressOf(backend, x), output, activation });
      return tensor;
    },
  };
}

const reluGradient: KernelOverride<{ x: TensorInfo; dy: TensorInfo }, { readonly activation: 'relu' | 'relu6' }> = {
  kernelName: reluGradientName,
  run({ inputs: { x, dy }, attributes, kernels, backend }) {
    const [tensor, inputGradient] = newTensor(backend, x.shape);
    kernels.reluGradient({
      count: sizeOf(x.shape),
      value: addressOf(backend, x),
      outputGradient: addressOf(backend, dy),
      inputGradient,
      activation: attributes.activation,
    });
    return tensor;
  },
};

export const activationKernels = [relu, relu6, reluGradient] as const;
