import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { Layer } from './layers.ts';
import type { ScalePer } from './quantizers/mean-magnitude.ts';
import { applyQuantizer, type Quantizer } from './quantizers/quantizer.ts';
import { type QuantizerName, quantizerNamed } from './quantizers/quantizers.ts';
import { scaledQuantizer } from './quantizers/scaled-quantizer.ts';

/** What a quantized layer takes besides the options of the plain one; larq's names. */
export interface QuantizedOptions {
  /** What the layer computes with instead of its kernel. @default the kernel as it is */
  kernelQuantizer?: QuantizerName | null;
  /** What it reads instead of its input. @default the input as it is */
  inputQuantizer?: QuantizerName | null;
  /**
   * Multiplies a kernel of `steSign`, `approxSign` or `steTern` by the mean magnitude of what is not 0: of the whole kernel, or of each
   * output channel. @default no scale
   */
  kernelScale?: ScalePer | null;
}

type LayerVariable = Layer['weights'][number];
type Initializer = ReturnType<typeof initializers.constant>;

/** What tfjs' declarations keep to themselves. */
interface KernelLayer {
  kernel: { read(): Tensor };
}

/** The quantizing half of `QuantDense` and `QuantConv2D`. */
export class LayerQuantizers {
  readonly #options: QuantizedOptions;
  readonly #kernel: Quantizer | undefined;
  readonly #input: Quantizer | undefined;
  readonly #initializers: Record<string, object> = {};
  #scales: readonly LayerVariable[] = [];

  /**
   * @param layer how errors name it
   * @throws DlError `name` for an unknown quantizer, `config` for one that does not fit
   */
  constructor(options: QuantizedOptions, layer: string) {
    const { kernelQuantizer, inputQuantizer, kernelScale } = options;
    this.#options = options;
    const kernel = kernelQuantizer ? quantizerNamed(kernelQuantizer) : undefined;
    const input = inputQuantizer ? quantizerNamed(inputQuantizer) : undefined;
    if (input?.isForKernels) {
      throw new DlError(
        'config',
        `The inputQuantizer of layer ${layer} is ${input.name}, which is for kernels; take steSign or approxSign.`,
      );
    }
    if (kernelScale && kernelScale !== 'layer' && kernelScale !== 'channel') {
      throw new DlError(
        'config',
        `The kernelScale of layer ${layer} is ${JSON.stringify(kernelScale)}; allowed are 'layer' and 'channel'.`,
      );
    }
    const takesScale = kernel && !kernel.isForKernels && kernel.name !== 'doReFa';
    if (kernelScale && !takesScale) {
      throw new DlError('config', `Layer ${layer} has a kernelScale, which goes with the kernelQuantizer steSign, approxSign or steTern.`);
    }
    this.#kernel = kernel && kernelScale ? scaledQuantizer(kernel, kernelScale) : kernel;
    this.#input = input;
  }

  /** Bits of one number of the kernel that the layer computes with. */
  get kernelBits(): number {
    return this.#kernel?.bits ?? 32;
  }

  /** Undefined where the input is read as it is. */
  get input(): Quantizer | undefined {
    return this.#input;
  }

  /** What the layer computes with: to be called inside a tidy. */
  quantizeKernel(kernel: Tensor): Tensor {
    return this.#kernel ? applyQuantizer(this.#kernel, kernel, ...this.#scales.map((scale) => scale.read())) : kernel;
  }

  /** What a saved layer says of it, in the layer's config. */
  get config() {
    const { kernelQuantizer = null, inputQuantizer = null, kernelScale = null } = this.#options;
    return { kernelQuantizer, inputQuantizer, kernelScale, ...this.#initializers };
  }

  /**
   * Adds the scales that the kernel's quantizer learns; they begin as large as the numbers that a kernel is drawn with.
   * @param add makes a weight `[1]`
   */
  build(kernelShape: readonly number[], add: (name: string, initializer: Initializer) => LayerVariable): void {
    const window = kernelShape.slice(0, -2).reduce((size, length) => size * length, 1);
    const [channels, units] = kernelShape.slice(-2);
    const initializer = initializers.constant({ value: Math.sqrt(2 / (window * (channels + units))) });
    this.#scales = (this.#kernel?.scales ?? []).map((name) => {
      this.#initializers[`${name}ScaleInitializer`] = { className: initializer.getClassName(), config: initializer.getConfig() };
      return add(`${name}_scale`, initializer);
    });
  }

  /** Lets the plain layer compute with quantized numbers. */
  call<Output>(layer: Layer, inputs: Tensor | Tensor[], computeWith: (input: Tensor) => Output & Tensor): Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    const own = layer as unknown as KernelLayer;
    const { kernel } = own;
    return tidy(() => {
      const quantized = this.quantizeKernel(kernel.read());
      // The plain layer computes with whatever its kernel reads as; it only must not know of it otherwise.
      own.kernel = { read: () => quantized };
      try {
        return computeWith(this.#input ? applyQuantizer(this.#input, input) : input);
      } finally {
        own.kernel = kernel;
      }
    });
  }
}
