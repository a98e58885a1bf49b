import { RandomStream } from '../../src/core/random.ts';
import type { Product } from '../../src/inference/product.ts';
import { windowShape } from '../../src/kernels/window-shape.ts';

/** How the weights of a drawn product are. */
export type Weights =
  | 'dense'
  | 'half'
  | 'sparse'
  | 'blocks'
  | 'empty'
  | 'int8'
  | 'int8Dynamic'
  | 'int4'
  | 'binary'
  | 'signs'
  | 'ternary'
  | 'codebook';
export const everyKindOfWeights: readonly Weights[] = [
  'dense',
  'half',
  'sparse',
  'blocks',
  'empty',
  'int8',
  'int8Dynamic',
  'int4',
  'binary',
  'signs',
  'ternary',
  'codebook',
];

/** What is drawn: a dense layer of [rows, k, n], or a convolution of an image [height, width, channels]. */
export type ProductShape =
  | { readonly dense: readonly [rows: number, k: number, n: number] }
  | {
      readonly image: readonly [height: number, width: number, channels: number];
      readonly filter: readonly [height: number, width: number];
      readonly filters: number;
      readonly strides?: readonly [number, number];
      readonly padding?: 'valid' | 'same';
    };

export const productShapes: readonly ProductShape[] = [
  { dense: [1, 64, 32] },
  { dense: [1, 37, 10] },
  { dense: [3, 300, 100] },
  { dense: [1, 1, 1] },
  { image: [9, 7, 3], filter: [3, 3], filters: 5, padding: 'same' },
  { image: [12, 12, 20], filter: [5, 5], filters: 50 },
  { image: [8, 8, 16], filter: [3, 3], filters: 24, padding: 'same' },
  { image: [7, 9, 8], filter: [3, 3], filters: 8, strides: [2, 2], padding: 'same' },
  { image: [6, 5, 32], filter: [1, 1], filters: 17 },
  { image: [6, 5, 4], filter: [1, 3], filters: 4, strides: [1, 2] },
  { image: [13, 6, 8], filter: [3, 1], filters: 12, padding: 'same' },
  { image: [5, 10, 4], filter: [1, 3], filters: 8 },
  { image: [37, 35, 4], filter: [3, 3], filters: 4, padding: 'same' },
  { image: [3, 4, 5], filter: [3, 4], filters: 7 },
];

/** A product of this shape; equal arguments give the same one. Of int8 and int4 the inputs are rounded to whole numbers too; `signs` are read and multiplied. */
export function drawProduct(shape: ProductShape, kind: Weights): Product {
  const random = new RandomStream(7, `${JSON.stringify(shape)} ${kind}`);
  const windows = 'image' in shape ? windowsOf(shape) : undefined;
  const first = windows?.(1);
  const [rows, k, n] =
    'dense' in shape
      ? shape.dense
      : [first!.outHeight * first!.outWidth, shape.filter[0] * shape.filter[1] * shape.image[2], shape.filters];
  const whole = (most: number) => random.integer(2 * most + 1) - most;
  const scales = Float32Array.from({ length: n }, () => random.uniform(0.001, 0.02));
  const draw: Record<Weights, (index: number) => number> = {
    dense: () => random.uniform(-1, 1),
    half: () => (random.uniform(0, 1) < 0.5 ? random.uniform(-1, 1) : 0),
    sparse: () => (random.uniform(0, 1) < 0.1 ? random.uniform(-1, 1) : 0),
    blocks: (index) => (((Math.floor(index / n) >> 2) * 31 + (index % n)) % 7 === 0 ? random.uniform(-1, 1) : 0),
    empty: () => 0,
    int8: (index) => Math.fround(whole(127) * scales[index % n]),
    int8Dynamic: (index) => Math.fround(whole(127) * scales[index % n]),
    int4: (index) => Math.fround(whole(7) * scales[index % n]),
    binary: (index) => (random.uniform(0, 1) < 0.5 ? scales[index % n] : -scales[index % n]),
    signs: (index) => (random.uniform(0, 1) < 0.5 ? scales[index % n] : -scales[index % n]),
    ternary: (index) => Math.fround(whole(1) * scales[index % n]),
    codebook: () => Math.fround(whole(8) / 8),
  };
  const isWhole = kind === 'int8' || kind === 'int8Dynamic' || kind === 'int4';
  return {
    kind: windows ? 'conv2d' : 'dense',
    rows,
    k,
    n,
    windows,
    weights: Float32Array.from({ length: k * n }, (_, index) => draw[kind](index)),
    bias: Float32Array.from({ length: n }, () => random.uniform(-1, 1)),
    activation: (['linear', 'relu', 'relu6'] as const)[(k + n) % 3],
    ...(kind === 'signs' && { readsSigns: true }),
    ...(isWhole && {
      quantization: { bits: kind === 'int4' ? 4 : 8, scales },
      inputRange: kind === 'int8Dynamic' ? 'dynamic' : { scale: Math.fround(2 / 127), zeroPoint: 64 },
    }),
  };
}

function windowsOf({ image, filter, filters: outChannels, strides, padding }: Extract<ProductShape, { image: unknown }>) {
  return (batch: number) => windowShape({ input: [batch, ...image], filter, outChannels, strides, padding });
}
