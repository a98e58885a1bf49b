import { mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';

type LayerArgs = NonNullable<ConstructorParameters<typeof tfLayers.Layer>[0]>;

export interface DropoutArgs extends LayerArgs {
  /** Share of the values that are set to 0 while training, in [0, 1). The others grow by 1 / (1 - rate). */
  rate: number;
}

/**
 * Dropout (Srivastava et al., 2014) whose masks follow from (seed, layer name, step): a resumed training draws the masks it
 * would have drawn. tfjs's own layer repeats one mask at every step when seeded, and cannot be repeated when not.
 * Saved under Keras' class name `Dropout`.
 */
export class Dropout extends tfLayers.Layer {
  static readonly className = 'Dropout';
  readonly rate: number;
  #seed = 0;
  #step = 0;
  #calls = 0;

  /** @throws DlError `config` for a rate outside [0, 1) */
  constructor(args: DropoutArgs) {
    super(args);
    if (!(args.rate >= 0 && args.rate < 1)) {
      throw new DlError('config', `The dropout rate of layer ${this.name} is ${args.rate}; it must be at least 0 and below 1.`);
    }
    this.rate = args.rate;
    this.supportsMasking = true;
  }

  /** Chooses the masks of the training step that follows. */
  setStep(seed: number, step: number): void {
    this.#seed = seed;
    this.#step = step;
    this.#calls = 0;
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!kwargs?.training || this.rate === 0) return input;
    return tidy(() => mul(input, tensor(this.#mask(input.size), input.shape)));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.rate };
  }

  #mask(size: number): Float32Array {
    const random = new RandomStream(this.#seed, 'dropout', this.name, this.#step, this.#calls++);
    const dropBelow = this.rate * 2 ** 32;
    const kept = 1 / (1 - this.rate);
    const mask = new Float32Array(size);
    for (let i = 0; i < size; i++) mask[i] = random.uint32() < dropBelow ? 0 : kept;
    return mask;
  }
}

/** Tells every dropout layer of `model`, also those in models inside it, which training step follows. Call it before each step. */
export function setDropoutStep(model: LayersModel, seed: number, step: number): void {
  for (const layer of model.layers) {
    if (layer instanceof Dropout) layer.setStep(seed, step);
    else if ('layers' in layer) setDropoutStep(layer as LayersModel, seed, step);
  }
}
