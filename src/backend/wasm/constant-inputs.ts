import { engine, type Tensor, type TensorInfo, Variable } from '@tensorflow/tfjs-core';

/** The part of tfjs' engine that records a forward pass. */
interface Tape {
  readonly gradientDepth: number;
  readonly activeTape: readonly { readonly inputs: Readonly<Record<string, Tensor>>; readonly outputs: readonly Tensor[] }[] | null;
}

/**
 * Knows which layers were given data rather than something learnt: nobody asks for the gradient of data, but tfjs' fused operations
 * compute it all the same, for the first convolution of a net the dearest of its gradients.
 *
 * Only within `withoutInputGradients`, whose caller says that variables alone are differentiated. There a tensor depends on a variable
 * if it is one or if the tape made it from such a tensor.
 */
class ConstantInputs {
  #depth = 0;
  /** For each weight, whether all it was multiplied with was constant. */
  #constant = new Map<object, boolean>();
  #learnt = new Set<number>();
  #read = 0;

  within<Result>(f: () => Result): Result {
    this.#depth++;
    try {
      return f();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#forget();
    }
  }

  /** Notes that `weight` met `input` in a forward pass; without input: in a way whose gradient is always needed. */
  noteUse(weight: TensorInfo, input?: TensorInfo): void {
    if (this.#depth === 0 || tape().gradientDepth === 0) return;
    const constant = input !== undefined && !this.#isLearnt(input as Tensor);
    this.#constant.set(weight.dataId, constant && this.#constant.get(weight.dataId) !== false);
  }

  /** In a backward pass: whether the gradient of what `weight` was multiplied with is asked by nobody. */
  needsNoGradient(weight: TensorInfo): boolean {
    return this.#depth > 0 && tape().gradientDepth === 0 && this.#constant.get(weight.dataId) === true;
  }

  #isLearnt(tensor: Tensor): boolean {
    const { activeTape } = tape();
    for (; activeTape && this.#read < activeTape.length; this.#read++) {
      const { inputs, outputs } = activeTape[this.#read];
      if (!Object.values(inputs).some((input) => input instanceof Variable || this.#learnt.has(input.id))) continue;
      for (const output of outputs) this.#learnt.add(output.id);
    }
    return tensor instanceof Variable || this.#learnt.has(tensor.id);
  }

  #forget(): void {
    this.#constant = new Map();
    this.#learnt = new Set();
    this.#read = 0;
  }
}

function tape(): Tape {
  return engine().state as unknown as Tape;
}

/** One for the process, as tfjs' tape is. */
export const constantInputs = new ConstantInputs();

/**
 * Runs `f`, which calls `variableGrads` once: the wasm backend then leaves out the gradients of plain data (a batch of images), which
 * nobody sees. Do not differentiate with respect to anything but variables within it: that gradient may be missing.
 *
 * @example withoutInputGradients(() => variableGrads(() => loss(labels, model.apply(images)), variables))
 */
export function withoutInputGradients<Result>(f: () => Result): Result {
  return constantInputs.within(f);
}
