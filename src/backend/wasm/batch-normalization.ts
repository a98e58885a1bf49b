import { customGrad, engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation } from '../../kernels/index.ts';
import { isVector } from './convolution.ts';
import { addressOf, areFloats, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';
import { currentKernels } from './register-wasm-kernels.ts';

/** Kernels that tfjs does not have: `batchNormalization` runs them. */
const names = { forward: 'BatchNormalizationTraining', backward: 'BatchNormalizationTrainingGrad' } as const;

interface Attributes {
  readonly epsilon: number;
  readonly activation: KernelActivation;
}

/** A batch normalization over the last axis, with the activation behind it. */
export interface BatchNormalization extends Attributes {
  /** `[channels]` */
  readonly gamma: Tensor;
  /** `[channels]` */
  readonly beta: Tensor;
}

/**
 * Normalizes with the statistics of the batch, and activates, in one; so does the gradient.
 * @param x `[..., channels]`
 * @returns the result, and mean and (biased) variance of the channels; undefined where our kernels do not do it
 */
export function batchNormalization(x: Tensor, { gamma, beta, epsilon, activation }: BatchNormalization): [Tensor, Tensor, Tensor] | undefined {
  const channels = x.shape.at(-1) as number;
  if (!currentKernels() || !areFloats(x, gamma, beta) || !isVector(gamma, channels) || !isVector(beta, channels)) return undefined;
  const attributes: Attributes = { epsilon, activation };
  let statistics: Tensor[] = [];
  const value = customGrad((...given) => {
    const [input, scale, shift, save] = given as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const [result, mean, variance] = runKernel(names.forward, { x: input, gamma: scale, beta: shift }, attributes);
    statistics = [mean, variance];
    save([input, scale, shift, mean, variance]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [from, savedGamma, savedBeta, savedMean, savedVariance] = saved;
      const inputs = { x: from, dy, gamma: savedGamma, beta: savedBeta, mean: savedMean, variance: savedVariance };
      return runKernel(names.backward, inputs, attributes);
    };
    return { value: result, gradFunc };
  })(x, gamma, beta);
  return [value, statistics[0], statistics[1]];
}

function runKernel(name: string, inputs: Record<string, Tensor>, attributes: Attributes): Tensor[] {
  return engine().runKernel(name, inputs, attributes as never) as Tensor[];
}

const forward: KernelOverride<{ x: TensorInfo; gamma: TensorInfo; beta: TensorInfo }, Attributes> = {
  kernelName: names.forward,
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

const backward: KernelOverride<Record<'x' | 'dy' | 'gamma' | 'beta' | 'mean' | 'variance', TensorInfo>, Attributes> = {
  kernelName: names.backward,
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
