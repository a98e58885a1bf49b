import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { LayerQuantizers, type QuantizedOptions } from './layer-quantizers.ts';
import type { Layer } from './layers.ts';
import { withWeightClip } from './weight-clip.ts';

type DenseArgs = Parameters<typeof tfLayers.dense>[0];
const Dense = tfLayers.dense({ units: 1 }).constructor as serialization.SerializableConstructor<Layer>;

export type QuantDenseArgs = Omit<DenseArgs, 'kernelConstraint'> &
  QuantizedOptions & {
    /** `weightClip` holds the weights between -1 and 1. @default none */
    kernelConstraint?: DenseArgs['kernelConstraint'] | 'weightClip';
  };

/**
 * A dense layer that computes with a quantized kernel, and reads quantized inputs where it is asked to (larq's `QuantDense`). Its own
 * kernel is made of floats, which training changes through the quantizers' gradients.
 */
export class QuantDense extends Dense {
  static override readonly className = 'QuantDense';
  readonly quantizers: LayerQuantizers;

  /** @throws DlError `name` for an unknown quantizer, `config` for one that does not fit */
  constructor(args: QuantDenseArgs) {
    super(withWeightClip(args));
    this.quantizers = new LayerQuantizers(args, this.name);
  }

  override build(inputShape: (number | null)[]): void {
    super.build(inputShape);
    this.quantizers.build(this.weights[0].shape as number[], (name, initializer) => this.addWeight(name, [1], 'float32', initializer));
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    return this.quantizers.call(this, inputs, (input) => super.call(input, kwargs as never) as Tensor);
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.quantizers.config } as serialization.ConfigDict;
  }
}
