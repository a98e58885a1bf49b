import { windowShape } from '../../kernels/window-shape.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step, StepInput } from '../step.ts';
import { productStep } from './product-step.ts';

/** Convolution of images. */
export function conv2d(layer: LayerConfig, { shape, range, isSigns }: StepInput): Step {
  const image = layer.image(shape);
  const n = layer.count('filters');
  const filter = layer.pair('kernel_size');
  if (layer.pair('dilation_rate', [1, 1]).some((rate) => rate > 1)) throw layer.unsupported('has a dilated filter');
  const options = { filter, outChannels: n, strides: layer.pair('strides', [1, 1]), padding: layer.padding() };
  const windows = (batch: number) => windowShape({ input: [batch, ...image], ...options });
  const { outHeight, outWidth } = windows(1);
  return productStep(layer, [outHeight, outWidth, n], {
    kind: 'conv2d',
    rows: outHeight * outWidth,
    k: filter[0] * filter[1] * image[2],
    n,
    windows,
    weights: layer.weight('kernel', [...filter, image[2], n]),
    bias: layer.optionalWeight('bias', [n], 0),
    quantization: layer.quantization('kernel', n),
    inputRange: range,
    readsSigns: isSigns,
  });
}
