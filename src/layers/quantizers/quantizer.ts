import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Rounds numbers to a few values. Rounding has no useful derivative: `gradient` is the one that training takes instead (a
 * straight-through estimator; Hinton, 2012; Bengio et al., 2013).
 */
export interface Quantizer {
  /** larq's name, in camelCase: `steSign`. */
  readonly name: string;
  /** What one of its values takes: 1 for two values, 2 for three. */
  readonly bits: number;
  /** Scales that training learns beside the numbers, in the order in which the functions take them. @default none */
  readonly scales?: readonly string[];
  /** Whether it needs a whole kernel to choose its values. @default false */
  readonly isForKernels?: boolean;
  forward(x: Tensor, ...scales: Tensor[]): Tensor;
  /** @param dy gradient of the loss by what `forward` gave  @returns that by `x`, then that by each scale */
  gradient(dy: Tensor, x: Tensor, ...scales: Tensor[]): Tensor[];
}

/** `quantizer.forward`, with the gradient that it declares. */
export function applyQuantizer(quantizer: Quantizer, x: Tensor, ...scales: Tensor[]): Tensor {
  const inputs = [x, ...scales];
  const operation = customGrad((...args: unknown[]) => {
    const save = args[inputs.length] as (tensors: Tensor[]) => void;
    const given = args.slice(0, inputs.length) as [Tensor, ...Tensor[]];
    save(given);
    return {
      value: quantizer.forward(...given),
      gradFunc: (dy: Tensor, saved: Tensor[]) => quantizer.gradient(dy, ...(saved as [Tensor, ...Tensor[]])),
    };
  });
  return operation(...inputs);
}
