import { linear } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';
import { channelByChannel } from './depthwise-conv2d.ts';
import { productStep } from './product-step.ts';

/** `SeparableConv2D`: every channel by itself, then a 1x1 convolution over the channels (Chollet, "Xception", 2017). */
export function separableConv2d(layer: LayerConfig, inputShape: readonly number[]): readonly Step[] {
  const inner = layer.image(inputShape)[2] * layer.count('depth_multiplier', 1);
  const depthwise = channelByChannel(layer, inputShape, { bias: new Float32Array(inner), activation: linear });
  const [height, width] = depthwise.outputShape;
  const n = layer.count('filters');
  const pointwise = productStep(layer, [height, width, n], {
    kind: 'dense', // of each pixel
    rows: sizeOf([height, width]),
    k: inner,
    n,
    weights: layer.weight('pointwise_kernel', [1, 1, inner, n]),
    bias: layer.optionalWeight('bias', [n], 0),
  });
  return [depthwise, pointwise];
}
