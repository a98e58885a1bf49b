import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Part } from '../config/part.ts';

/** A loss, ready to use. Both functions return the mean over the batch and are differentiable in `predictions`. */
export interface Loss {
  readonly name: string;
  /** @param targets class numbers `[batch]` (int32) or values `[batch, outputs]`  @param predictions `[batch, outputs]` */
  compute(targets: Tensor, predictions: Tensor): Scalar;
  /**
   * The same for a model that ends in `logitsActivation`, from what goes into it: exact for tiny probabilities, and faster.
   * Only for models that end so: another activation would give another loss.
   */
  computeFromLogits?(targets: Tensor, logits: Tensor): Scalar;
  /** Present exactly where `computeFromLogits` is. */
  readonly logitsActivation?: 'softmax' | 'sigmoid';
  /**
   * Where the data standardises its targets: `original` gets targets and predictions in the units of the data, `unscaled` is refused, as its
   * model cannot give standardised outputs. @default as they are, standardised
   */
  readonly units?: 'original' | 'unscaled';
}

/** A loss that config.ts can name. */
export interface LossDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  create(options: Options): Loss;
}

/** Declares a loss; its options and their types follow from `defaults`. */
export function defineLoss<const Name extends string, Options extends object>(
  definition: LossDefinition<Name, Options>,
): LossDefinition<Name, Options> {
  return definition;
}
