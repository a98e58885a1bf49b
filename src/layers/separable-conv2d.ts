import type { serialization } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import type { Layer } from './layers.ts';

export type SeparableConv2DArgs = Parameters<typeof tfLayers.separableConv2d>[0];
const Base = tfLayers.separableConv2d({ filters: 1, kernelSize: 1 }).constructor as serialization.SerializableConstructor<Layer>;

/** tfjs's separable convolution, whose configuration leaves the depth multiplier out: read from a file, such a layer would not fit its weights. */
export class SeparableConv2D extends Base {
  static override readonly className = 'SeparableConv2D';
  readonly #depthMultiplier: number;

  constructor(args: SeparableConv2DArgs) {
    super(args as never);
    this.#depthMultiplier = args.depthMultiplier ?? 1;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), depthMultiplier: this.#depthMultiplier };
  }
}
