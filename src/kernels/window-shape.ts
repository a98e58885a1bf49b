import { DlError } from '../core/errors.ts';

/**
 * Where the windows of a convolution or pooling stand: input `[batch, inHeight, inWidth, inChannels]`, output
 * `[batch, outHeight, outWidth, outChannels]`. Pooling has as many output as input channels, a depthwise convolution a multiple.
 */
export interface WindowShape {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Rows and columns of zeros before the image; those behind it follow from the output's size. */
  readonly padTop: number;
  readonly padLeft: number;
}

/** What is known of a layer before its output's size is. */
export interface WindowOptions {
  /** `[batch, height, width, channels]` */
  readonly input: readonly [number, number, number, number];
  /** `[height, width]` */
  readonly filter: readonly [number, number];
  /** @default the input's channels */
  readonly outChannels?: number;
  /** `[height, width]` @default [1, 1] */
  readonly strides?: readonly [number, number];
  /** Keras' names, or zeros before and behind. @default 'valid' */
  readonly padding?: 'valid' | 'same' | { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/**
 * Works out the output's size and the padding, as TensorFlow does: `same` gives `ceil(in / stride)` and pads one more behind than before.
 * @throws DlError `shape` where not even one window fits
 */
export function windowShape(options: WindowOptions): WindowShape {
  const [batch, inHeight, inWidth, inChannels] = options.input;
  const [filterHeight, filterWidth] = options.filter;
  const [strideHeight, strideWidth] = options.strides ?? [1, 1];
  const { padding = 'valid' } = options;
  const pads = typeof padding === 'object' ? padding : { top: 0, bottom: 0, left: 0, right: 0 };
  const vertical =
    padding === 'same' ? sameSide(inHeight, filterHeight, strideHeight) : side(inHeight, filterHeight, strideHeight, pads.top, pads.bottom);
  const horizontal =
    padding === 'same' ? sameSide(inWidth, filterWidth, strideWidth) : side(inWidth, filterWidth, strideWidth, pads.left, pads.right);
  if (vertical.out < 1 || horizontal.out < 1) {
    throw new DlError(
      'shape',
      `A window of ${filterHeight} x ${filterWidth} does not fit into an image of ${inHeight} x ${inWidth}. Make the window smaller or use padding 'same'.`,
    );
  }
  return {
    batch,
    inHeight,
    inWidth,
    inChannels,
    filterHeight,
    filterWidth,
    outHeight: vertical.out,
    outWidth: horizontal.out,
    outChannels: options.outChannels ?? inChannels,
    strideHeight,
    strideWidth,
    padTop: vertical.before,
    padLeft: horizontal.before,
  };
}

function sameSide(size: number, filter: number, stride: number): { out: number; before: number } {
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + filter - size);
  return { out, before: Math.floor(total / 2) };
}

function side(size: number, filter: number, stride: number, before: number, behind: number): { out: number; before: number } {
  return { out: Math.floor((size + before + behind - filter) / stride) + 1, before };
}
