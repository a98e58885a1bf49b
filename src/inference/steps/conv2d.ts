import { windowShape } from '../../kernels/window-shape.ts';
import type { LayerConfig } from '../layer-config.ts';
import { perBatch } from '../per-batch.ts';
import type { Step, StepInput } from '../step.ts';
import { dilatedFilter } from './dilated-filter.ts';
import { productStep } from './product-step.ts';

/** Convolution of images, or of sequences. */
export function conv2d(layer: LayerConfig, { shape, range, isSigns }: StepInput): Step {
  const image = layer.image(shape);
  const n = layer.count('filters');
  const size = layer.pair('kernel_size');
  const filter = dilatedFilter(layer, {
    size,
    weights: layer.weight('kernel', [...(layer.isOfSequences ? size.slice(1) : size), image[2], n]),
  });
  const padding = layer.convolutionPadding(filter.size[1]);
  const options = { filter: filter.size, outChannels: n, strides: layer.pair('strides', [1, 1]), padding };
  const windows = perBatch((batch) => windowShape({ input: [batch, ...image], ...options }));
  const { outHeight, outWidth } = windows(1);
  return productStep(layer, [outHeight, outWidth, n], {
    kind: 'conv2d',
    rows: outHeight * outWidth,
    k: filter.size[0] * filter.size[1] * image[2],
    n,
    windows,
    weights: filter.weights,
    bias: layer.optionalWeight('bias', [n], 0),
    quantization: layer.quantization('kernel', n),
    inputRange: range,
    readsSigns: isSigns,
  });
}
