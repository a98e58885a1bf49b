import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { LayerQuantizers, type QuantizedOptions } from './layer-quantizers.ts';
import type { Layer } from './layers.ts';
import { withWeightClip } from './weight-clip.ts';

type ConvArgs = Parameters<typeof tfLayers.conv2d>[0];
const Conv2D = tfLayers.conv2d({ filters: 1, kernelSize: 1 }).constructor as serialization.SerializableConstructor<Layer>;

export type QuantConv2DArgs = Omit<ConvArgs, 'kernelConstraint'> &
  QuantizedOptions & {
    /** `weightClip` holds the weights between -1 and 1. @default none */
    kernelConstraint?: ConvArgs['kernelConstraint'] | 'weightClip';
  };

/**
 * A convolution of images that computes with a quantized kernel, and reads quantized inputs where it is asked to (larq's `QuantConv2D`). Its own
 * kernel is made of floats, which training changes through the quantizers' gradients.
 */
export class QuantConv2D extends Conv2D {
  static override readonly className = 'QuantConv2D';
  readonly quantizers: LayerQuantizers;

  /** @throws DlError `name` for an unknown quantizer, `config` for one that does not fit */
  constructor(args: QuantConv2DArgs) {
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
