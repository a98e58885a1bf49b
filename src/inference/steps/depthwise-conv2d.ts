import { windowShape } from '../../kernels/window-shape.ts';
import { activate } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { place, type Step } from '../step.ts';
import { foldInto } from './fold-into.ts';

/** Convolution of every channel by itself. */
export function depthwiseConv2d(layer: LayerConfig, inputShape: readonly number[]): Step {
  const image = layer.image(inputShape);
  const size = layer.pair('kernel_size');
  const multiplier = layer.count('depth_multiplier', 1);
  if (layer.pair('dilation_rate', [1, 1]).some((rate) => rate > 1)) throw layer.unsupported('has a dilated filter');
  const outChannels = image[2] * multiplier;
  const windows = (batch: number) =>
    windowShape({ input: [batch, ...image], filter: size, outChannels, strides: layer.pair('strides', [1, 1]), padding: layer.padding() });
  const { outHeight, outWidth } = windows(1);
  const filter = layer.weight('depthwise_kernel', [...size, image[2], multiplier]).slice();
  const bias = layer.optionalWeight('bias', [outChannels], 0).slice();
  const step: Step = {
    kind: 'depthwiseConv2d',
    layers: [layer.name],
    outputShape: [outHeight, outWidth, outChannels],
    multiplyAdds: outHeight * outWidth * outChannels * size[0] * size[1],
    activation: layer.activation(),
    fold: (scale, shift) => foldInto(filter, bias, scale, shift),
    compile(kernels) {
      const { activation = layer.activation() } = step;
      const filterAt = place(kernels, filter);
      const biasAt = place(kernels, bias);
      return ([input], output, batch) => {
        kernels.depthwiseConv2d({ shape: windows(batch), input, filter: filterAt, output });
        const rows = batch * outHeight * outWidth;
        kernels.addBias({ rows, columns: outChannels, input: output, bias: biasAt, output });
        activate(kernels, activation, output, rows, outChannels);
      };
    },
  };
  return step;
}
