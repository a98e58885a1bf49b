import {
  add,
  dispose,
  dropout,
  keep,
  matMul,
  mul,
  onesLike,
  type serialization,
  split,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import type { Layer } from './layers.ts';

type GRUArgs = Parameters<typeof tfLayers.gru>[0];
type CellArgs = Parameters<typeof tfLayers.gruCell>[0];

/** What tfjs has in its cell and does not tell TypeScript. */
interface Cell extends Layer {
  readonly units: number;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly activation: { apply(value: Tensor): Tensor };
  readonly recurrentActivation: { apply(value: Tensor): Tensor };
  readonly useBias: boolean;
  dropoutMask: Tensor[] | null;
  recurrentDropoutMask: Tensor[] | null;
}
interface Weight {
  read(): Tensor;
}

const BaseCell = tfLayers.gruCell({ units: 1 }).constructor as serialization.SerializableConstructor<Cell>;
const Base = tfLayers.gru({ units: 1 }).constructor as serialization.SerializableConstructor<Layer>;

/**
 * A GRU cell that resets behind the product with what it remembers (`reset_after`, the default of Keras and all that PyTorch and cuDNN have):
 * `tanh(x W + b + reset * (h R + c))` in place of `tanh(x W + b + (reset * h) R)`. Its bias is `[2, 3 * units]`: b and c.
 */
class ResetAfterCell extends BaseCell {
  static override readonly className = 'ResetAfterGRUCell';
  #kernel!: Weight;
  #recurrentKernel!: Weight;
  #bias: Weight | undefined;

  constructor(args: CellArgs) {
    super({ ...args, resetAfter: false } as never);
  }

  override build(inputShape: (number | null)[] | (number | null)[][]): void {
    const inputs = [inputShape].flat(2).at(-1) as number;
    const width = 3 * this.units;
    const settings = this as never as Readonly<Record<string, never>>;
    const weight = (key: string, name: string, shape: number[]) =>
      this.addWeight(
        name,
        shape,
        undefined,
        settings[`${key}Initializer`],
        settings[`${key}Regularizer`],
        true,
        settings[`${key}Constraint`],
      );
    this.#kernel = weight('kernel', 'kernel', [inputs, width]);
    this.#recurrentKernel = weight('recurrent', 'recurrent_kernel', [this.units, width]);
    if (this.useBias) this.#bias = weight('bias', 'bias', [2, width]);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor[] {
    const [input, hidden] = inputs as Tensor[];
    return tidy(() => {
      // One mask for all steps (Gal and Ghahramani, 2016); tfjs's GRU throws both away before the next sequence.
      if (training && this.dropout > 0) this.dropoutMask ??= [keep(dropout(onesLike(input), this.dropout))];
      if (training && this.recurrentDropout > 0) this.recurrentDropoutMask ??= [keep(dropout(onesLike(hidden), this.recurrentDropout))];
      const [bias, hiddenBias] = this.#bias ? split(this.#bias.read(), 2) : [];
      const products = (value: Tensor, mask: Tensor[] | null, weight: Weight, shift: Tensor | undefined) => {
        const product = matMul(mask ? mul(value, mask[0]) : value, weight.read() as never);
        return split(shift ? add(product, shift) : product, 3, 1);
      };
      const [update, reset, proposed] = products(input, this.dropoutMask, this.#kernel, bias);
      const [oldUpdate, oldReset, oldProposed] = products(hidden, this.recurrentDropoutMask, this.#recurrentKernel, hiddenBias);
      const kept = this.recurrentActivation.apply(add(update, oldUpdate));
      const resetBy = this.recurrentActivation.apply(add(reset, oldReset));
      const next = this.activation.apply(add(proposed, mul(resetBy, oldProposed)));
      const state = add(mul(kept, hidden), mul(sub(1, kept), next));
      return [state, state];
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), resetAfter: true };
  }

  override dispose() {
    dispose([...(this.dropoutMask ?? []), ...(this.recurrentDropoutMask ?? [])]);
    return super.dispose();
  }
}

/** tfjs's `GRU`, which also takes `resetAfter`. Saved under Keras' class name `GRU`. */
export class GRU extends Base {
  static override readonly className = 'GRU';

  constructor(args: GRUArgs & { resetAfter?: boolean }) {
    super({ ...args, resetAfter: false } as never);
    if (args.resetAfter) (this as never as { cell: Layer }).cell = new ResetAfterCell(args as CellArgs);
  }
}
