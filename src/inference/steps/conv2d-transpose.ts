import { windowShape } from '../../kernels/window-shape.ts';
import { copyStep } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step } from '../step.ts';
import { productStep } from './product-step.ts';

/**
 * `Conv2DTranspose`: the image with zeros between its pixels and around it, then a convolution without strides by the filter turned by
 * 180 degrees: the gradient of a convolution (Dumoulin and Visin, "A guide to convolution arithmetic", 2016).
 */
export function conv2dTranspose(layer: LayerConfig, inputShape: readonly number[]): readonly Step[] {
  const [height, width, channels] = layer.image(inputShape);
  const n = layer.count('filters');
  const size = layer.pair('kernel_size');
  const strides = layer.pair('strides', [1, 1]);
  if (layer.pair('dilation_rate', [1, 1]).some((rate) => rate > 1)) throw layer.unsupported('is transposed and dilated');
  const padding = layer.padding();
  const sides = [height, width].map((length, axis) => spreadSide(length, size[axis], strides[axis], padding));
  const spread = spreadPixels(layer, inputShape, strides, sides);
  const input = (batch: number) => [batch, sides[0].padded, sides[1].padded, channels] as const;
  const windows = (batch: number) => windowShape({ input: input(batch), filter: size, outChannels: n });
  const { outHeight, outWidth } = windows(1);
  const convolution = productStep(layer, [outHeight, outWidth, n], {
    kind: 'conv2d',
    rows: outHeight * outWidth,
    k: size[0] * size[1] * channels,
    n,
    windows,
    weights: turned(layer.weight('kernel', [...size, n, channels]), size[0] * size[1], n, channels),
    bias: layer.optionalWeight('bias', [n], 0),
  });
  return [spread, convolution];
}

interface SpreadSide {
  /** Where the first pixel comes to stand. */
  readonly before: number;
  /** The length with all zeros. */
  readonly padded: number;
}

/** As tfjs has it: `same` gives `length * stride` pixels, `valid` those that any weight reaches, and at least as many. */
function spreadSide(length: number, filter: number, stride: number, padding: 'valid' | 'same'): SpreadSide {
  const out = padding === 'same' ? length * stride : length * stride + Math.max(filter - stride, 0);
  const cut = padding === 'same' ? Math.floor(Math.max(0, (length - 1) * stride + filter - out) / 2) : 0;
  return { before: filter - 1 - cut, padded: out + filter - 1 };
}

function spreadPixels(layer: LayerConfig, inputShape: readonly number[], strides: readonly number[], sides: readonly SpreadSide[]): Step {
  const [height, width, channels] = inputShape;
  const row = sides[1].padded * channels;
  return copyStep('spread', layer, {
    inputShape,
    outputShape: [sides[0].padded, sides[1].padded, channels],
    axes: [
      { length: height, from: width * channels, to: strides[0] * row },
      { length: width, from: channels, to: strides[1] * channels },
      { length: channels, from: 1, to: 1 },
    ],
    first: { to: sides[0].before * row + sides[1].before * channels },
  });
}

/** `[places, n, channels]` becomes `[places, channels, n]`, the last place first. */
function turned(weights: Float32Array, places: number, n: number, channels: number): Float32Array {
  const result = new Float32Array(weights.length);
  for (let place = 0; place < places; place++) {
    const [from, to] = [place * n * channels, (places - 1 - place) * n * channels];
    for (let i = 0; i < n; i++) for (let c = 0; c < channels; c++) result[to + c * n + i] = weights[from + i * channels + c];
  }
  return result;
}
