import { abs, mean, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { applyQuantizer } from './quantizers/quantizer.ts';
import { quantizerNamed } from './quantizers/quantizers.ts';

type LayerArgs = NonNullable<ConstructorParameters<typeof tfLayers.Layer>[0]>;

export interface SignActivationArgs extends LayerArgs {
  /** Whose gradient training takes. @default 'steSign' */
  quantizer?: 'steSign' | 'approxSign';
  /**
   * Multiplies the signs by the mean magnitude of the sample's values: the K of XNOR-Net (Rastegari et al., 2016), which there is one
   * per window of a convolution. @default false
   */
  inputScale?: boolean;
}

/** -1 for values below 0, 1 for others: what a binary layer reads. Any shape; the output has the same. */
export class SignActivation extends tfLayers.Layer {
  static readonly className = 'SignActivation';
  readonly #quantizer: NonNullable<SignActivationArgs['quantizer']>;
  readonly #inputScale: boolean;

  /** @throws DlError `name` for an unknown quantizer */
  constructor(args: SignActivationArgs = {}) {
    super(args);
    this.#quantizer = args.quantizer ?? 'steSign';
    this.#inputScale = args.inputScale ?? false;
    this.supportsMasking = true;
    quantizerNamed(this.#quantizer);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    return tidy(() => {
      const signs = applyQuantizer(quantizerNamed(this.#quantizer), input);
      return this.#inputScale ? mul(signs, mean(abs(input), axesOfSample(input), true)) : signs;
    });
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override getConfig() {
    return { ...super.getConfig(), quantizer: this.#quantizer, inputScale: this.#inputScale };
  }
}

function axesOfSample({ rank }: Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis + 1);
}
