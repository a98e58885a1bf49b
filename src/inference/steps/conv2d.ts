import { windowShape } from '../../kernels/window-shape.ts';
import { activate } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';
import { foldInto } from './fold-into.ts';

/** Convolution of images; the filter is brought into the kernels' order once, at loading. */
export function conv2d(layer: LayerConfig, inputShape: readonly number[]): Step {
  const image = layer.image(inputShape);
  const outChannels = layer.count('filters');
  const size = layer.pair('kernel_size');
  if (layer.pair('dilation_rate', [1, 1]).some((rate) => rate > 1)) throw layer.unsupported('has a dilated filter');
  const windows = (batch: number) =>
    windowShape({ input: [batch, ...image], filter: size, outChannels, strides: layer.pair('strides', [1, 1]), padding: layer.padding() });
  const { outHeight, outWidth } = windows(1);
  const k = size[0] * size[1] * image[2];
  const filter = layer.weight('kernel', [...size, image[2], outChannels]).slice();
  const bias = layer.optionalWeight('bias', [outChannels], 0).slice();
  const step: Step = {
    kind: 'conv2d',
    layers: [layer.name],
    outputShape: [outHeight, outWidth, outChannels],
    multiplyAdds: outHeight * outWidth * k * outChannels,
    activation: layer.activation(),
    fold: (scale, shift) => foldInto(filter, bias, scale, shift),
    compile(kernels) {
      const { activation = layer.activation() } = step;
      const source = place(kernels, filter);
      const packed = kernels.heap.allocate(kernels.packedBytes(k, outChannels));
      kernels.packMatrix({ k, n: outChannels, source, target: packed });
      const biasAt = place(kernels, bias);
      return ([input], output, batch) => {
        kernels.conv2d({ shape: windows(batch), input, filter: packed, packed: true, bias: biasAt, activation: activation.kernel, output });
        if (!activation.kernel) activate(kernels, activation, output, (batch * sizeOf(step.outputShape)) / outChannels, outChannels);
      };
    },
  };
  return step;
}
