import { clipByValue, type serialization, type Tensor } from '@tensorflow/tfjs-core';
import { constraints } from '@tensorflow/tfjs-layers';

type Constraint = ReturnType<typeof constraints.nonNeg>;
const TfConstraint = Object.getPrototypeOf(constraints.nonNeg().constructor) as serialization.SerializableConstructor<Constraint>;

/** Holds weights between -`clipValue` and `clipValue`: beyond 1 the gradients of `steSign` and its like are 0, and a weight would stay there. */
export class WeightClip extends TfConstraint {
  static override readonly className = 'WeightClip';
  readonly #clipValue: number;

  /** @param clipValue @default 1 */
  constructor({ clipValue = 1 }: { clipValue?: number } = {}) {
    super();
    this.#clipValue = clipValue;
  }

  override apply(weight: Tensor): Tensor {
    return clipByValue(weight, -this.#clipValue, this.#clipValue);
  }

  override getConfig() {
    return { clipValue: this.#clipValue };
  }
}

/** Options with larq's `weightClip` as a constraint that tfjs takes. */
export function withWeightClip<Args extends { kernelConstraint?: unknown }>(args: Args): Args {
  return args.kernelConstraint === 'weightClip' ? { ...args, kernelConstraint: new WeightClip() } : args;
}
