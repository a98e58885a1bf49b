import { customGrad, engine, type Tensor } from '@tensorflow/tfjs-core';
import { type BatchNormalizationAttributes, batchNormalizationNames as names } from './batch-normalization.ts';
import { isVector } from './convolution.ts';
import { areFloats } from './kernel-call.ts';
import { currentKernels } from './register-wasm-kernels.ts';

/** A batch normalization over the last axis, with the activation behind it. */
interface BatchNormalization extends BatchNormalizationAttributes {
  /** `[channels]` */
  readonly gamma: Tensor;
  /** `[channels]` */
  readonly beta: Tensor;
  /** Given mean and (biased) variance of the batch's channels, which are freed afterwards. */
  onStatistics(mean: Tensor, variance: Tensor): void;
}

/**
 * Normalizes with the statistics of the batch, and activates, in one; so does the gradient.
 * @param x `[..., channels]`
 * @returns undefined where our kernels do not do it
 */
export function normalizeBatch(x: Tensor, normalization: BatchNormalization): Tensor | undefined {
  const { gamma, beta, epsilon, activation, onStatistics } = normalization;
  const channels = x.shape.at(-1) as number;
  if (!currentKernels() || !areFloats(x, gamma, beta) || !isVector(gamma, channels) || !isVector(beta, channels)) return undefined;
  const attributes: BatchNormalizationAttributes = { epsilon, activation };
  return customGrad((...given) => {
    const [input, scale, shift, save] = given as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const [value, mean, variance] = runKernel(names.forward, { x: input, gamma: scale, beta: shift }, attributes);
    onStatistics(mean, variance);
    save([input, scale, shift, mean, variance]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [from, savedGamma, savedBeta, savedMean, savedVariance] = saved;
      const inputs = { x: from, dy, gamma: savedGamma, beta: savedBeta, mean: savedMean, variance: savedVariance };
      return runKernel(names.backward, inputs, attributes);
    };
    return { value, gradFunc };
  })(x, gamma, beta);
}

function runKernel(name: string, inputs: Record<string, Tensor>, attributes: BatchNormalizationAttributes): Tensor[] {
  return engine().runKernel(name, inputs, attributes as never) as Tensor[];
}
