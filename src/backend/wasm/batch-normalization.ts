import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation } from '../../kernels/index.ts';
import { addressOf, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';

/** Kernels that tfjs does not have: `normalizeBatch` runs them. */
export const batchNormalizationNames = { forward: 'BatchNormalizationTraining', backward: 'BatchNormalizationTrainingGrad' } as const;

export interface BatchNormalizationAttributes {
  readonly epsilon: number;
  readonly activation: KernelActivation;
}

const forward: KernelOverride<{ x: TensorInfo; gamma: TensorInfo; beta: TensorInfo }, BatchNormalizationAttributes> = {
  kernelName: batchNormalizationNames.forward,
  run({ inputs: { x, gamma, beta }, attributes, kernels, backend }) {
    const columns = sizeOf(gamma.shape);
    const [value, output] = newTensor(backend, x.shape);
    const [ofMean, mean] = newTensor(backend, gamma.shape);
    const [ofVariance, variance] = newTensor(backend, gamma.shape);
    const given = { input: addressOf(backend, x), gamma: addressOf(backend, gamma), beta: addressOf(backend, beta) };
    kernels.batchNorm({ rows: sizeOf(x.shape) / columns, columns, ...given, ...attributes, output, mean, variance });
    return [value, ofMean, ofVariance];
  },
};

const backward: KernelOverride<Record<'x' | 'dy' | 'gamma' | 'beta' | 'mean' | 'variance', TensorInfo>, BatchNormalizationAttributes> = {
  kernelName: batchNormalizationNames.backward,
  run({ inputs: { x, dy, gamma, beta, mean, variance }, attributes, kernels, backend }) {
    const columns = sizeOf(gamma.shape);
    const [ofInput, inputGradient] = newTensor(backend, x.shape);
    const [ofGamma, gammaGradient] = newTensor(backend, gamma.shape);
    const [ofBeta, betaGradient] = newTensor(backend, gamma.shape);
    kernels.batchNormGradient({
      rows: sizeOf(x.shape) / columns,
      columns,
      input: addressOf(backend, x),
      outputGradient: addressOf(backend, dy),
      gamma: addressOf(backend, gamma),
      beta: addressOf(backend, beta),
      mean: addressOf(backend, mean),
      variance: addressOf(backend, variance),
      ...attributes,
      inputGradient,
      gammaGradient,
      betaGradient,
    });
    return [ofInput, ofGamma, ofBeta];
  },
};

export const batchNormalizationKernels = [forward, backward] as const;
