import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation } from '../../kernels/index.ts';
import { isVector } from './convolution.ts';
import { addressOf, areFloats, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';

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

/** With the statistics of the training, a scale and a shift of every channel; tfjs works out the channel of every value one by one. */
const withStatistics: KernelOverride<
  { x: TensorInfo; mean: TensorInfo; variance: TensorInfo; offset?: TensorInfo; scale?: TensorInfo },
  { readonly varianceEpsilon: number }
> = {
  kernelName: 'FusedBatchNorm',
  run({ inputs: { x, mean, variance, offset, scale }, attributes: { varianceEpsilon }, kernels, backend }) {
    const channels = x.shape.at(-1) as number;
    const given = [mean, variance, offset, scale];
    if (!areFloats(x, ...given) || !given.every((vector) => !vector || isVector(vector, channels))) return undefined;
    const [output, place] = newTensor(backend, x.shape);
    const factors = newTensor(backend, [2, channels])[0];
    const [means, variances, offsets, scales] = given.map((vector) => vector && backend.typedArrayFromHeap(vector));
    const values = backend.typedArrayFromHeap(factors);
    for (let channel = 0; channel < channels; channel++) {
      const factor = (scales?.[channel] ?? 1) / Math.sqrt(variances![channel] + varianceEpsilon);
      values[channel] = factor;
      values[channels + channel] = (offsets?.[channel] ?? 0) - means![channel] * factor;
    }
    const at = addressOf(backend, factors);
    const rows = sizeOf(x.shape) / channels;
    kernels.scaleRows({ rows, columns: channels, input: addressOf(backend, x), scale: at, shift: at + 4 * channels, output: place });
    backend.disposeData(factors.dataId);
    return output;
  },
};

export const batchNormalizationKernels = [forward, backward, withStatistics] as const;
