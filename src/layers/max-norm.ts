import { div, greater, mul, norm, onesLike, type serialization, type Tensor, tidy, where } from '@tensorflow/tfjs-core';
import { constraints } from '@tensorflow/tfjs-layers';

type Constraint = ReturnType<typeof constraints.nonNeg>;
const TfConstraint = Object.getPrototypeOf(constraints.nonNeg().constructor) as serialization.SerializableConstructor<Constraint>;

/** Rounding may leave a length so much above the limit. */
const tolerance = 1e-5;

/**
 * Keras' `MaxNorm`, under its name: shortens the weights that lead to a unit where they are longer than `maxValue`. Unlike tfjs's it
 * leaves all others as they are to the bit, so that weights which were saved come back unchanged.
 */
export class MaxNorm extends TfConstraint {
  static override readonly className = 'MaxNorm';
  readonly #maxValue: number;
  readonly #axis: number | number[];

  /**
   * @param maxValue greatest Euclidean length @default 2
   * @param axis over which the length is taken; 0 for dense layers, [0, 1, 2] for convolutions @default 0
   */
  constructor({ maxValue = 2, axis = 0 }: { maxValue?: number; axis?: number | number[] } = {}) {
    super();
    this.#maxValue = maxValue;
    this.#axis = axis;
  }

  override apply(weight: Tensor): Tensor {
    return tidy(() => {
      const lengths = norm(weight, 'euclidean', this.#axis, true);
      const factors = where(greater(lengths, this.#maxValue * (1 + tolerance)), div(this.#maxValue, lengths), onesLike(lengths));
      return mul(weight, factors);
    });
  }

  override getConfig() {
    return { maxValue: this.#maxValue, axis: this.#axis };
  }
}

/** Keras' `MaxNorm` for the weights of a layer; 0 is no limit. */
export function maxNorm(maxValue: number): MaxNorm | undefined {
  return maxValue > 0 ? new MaxNorm({ maxValue }) : undefined;
}
