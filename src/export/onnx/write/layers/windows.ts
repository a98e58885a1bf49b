import type { LayerConfig } from '../../../../inference/layer-config.ts';

type Pair = readonly [number, number];

/** The windows in which a convolution or a pooling reads an image. */
export interface Windows {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** `[top, left, bottom, right]` */
  readonly pads: readonly number[];
  readonly outSize: Pair;
}

/**
 * With Keras' padding: `same` covers every pixel and puts the odd pixel at the end, which ONNX has to be told in numbers.
 * @throws DlError `file` where no window fits into the image
 */
export function windowsOf(layer: LayerConfig, image: readonly number[], size: Pair, defaultStrides: Pair = [1, 1]): Windows {
  const strides = layer.pair('strides', defaultStrides);
  const dilations = layer.pair('dilation_rate', [1, 1]);
  const along = (axis: 0 | 1) => {
    const reach = (size[axis] - 1) * dilations[axis] + 1;
    const sides = layer.convolutionPadding(reach);
    const isSame = sides === 'same';
    const before = typeof sides === 'object' && axis === 1 ? sides.left : 0;
    const out = isSame ? Math.ceil(image[axis] / strides[axis]) : Math.floor((image[axis] + before - reach) / strides[axis]) + 1;
    if (out < 1) throw layer.damaged(`windows of ${reach} do not fit into ${image[axis]} pixels`);
    if (before > 0) return { out, begin: before, end: 0 };
    const padding = isSame ? Math.max((out - 1) * strides[axis] + reach - image[axis], 0) : 0;
    return { out, begin: Math.floor(padding / 2), end: padding - Math.floor(padding / 2) };
  };
  const [down, across] = [along(0), along(1)];
  return { size, strides, dilations, pads: [down.begin, across.begin, down.end, across.end], outSize: [down.out, across.out] };
}
