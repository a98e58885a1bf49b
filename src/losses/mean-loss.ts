import { customGrad, mul, type Scalar, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/** A loss and its derivative by the predictions, both in few operations. */
export interface LossFormula {
  /** The mean over the batch. */
  value(targets: Tensor2D, predictions: Tensor2D): Scalar;
  /** Its derivative by the predictions times `count`, `[batch, outputs]`. */
  derivative(targets: Tensor2D, predictions: Tensor2D): Tensor;
  /** What the mean divides by: samples, or single outputs. */
  count(predictions: Tensor2D): number;
}

/**
 * Evaluates a formula so that tfjs differentiates it by `predictions` with the formula's own derivative,
 * instead of one backward operation or more for every forward one. Targets get no gradient.
 */
export function meanLoss({ value, derivative, count }: LossFormula, targets: Tensor2D, predictions: Tensor2D): Scalar {
  const differentiable = customGrad((...args: unknown[]) => {
    const [x, save] = args as [Tensor2D, (tensors: Tensor[]) => void];
    save([targets, x]);
    return {
      value: value(targets, x),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(derivative(saved[0] as Tensor2D, saved[1] as Tensor2D), mul(dy, 1 / count(x))),
    };
  });
  return tidy(() => differentiable(predictions) as Scalar);
}
