import { copyStep } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step } from '../step.ts';

/** `ZeroPadding2D`: rows and columns of zeros around an image. */
export function zeroPadding(layer: LayerConfig, inputShape: readonly number[]): Step {
  const [height, width, channels] = layer.image(inputShape);
  const [[top, bottom], [left, right]] = sidesOf(layer, 'padding', 1);
  const outWidth = width + left + right;
  return copyStep('zeroPadding2d', layer, {
    inputShape,
    outputShape: [height + top + bottom, outWidth, channels],
    axes: [
      { length: height, from: width * channels, to: outWidth * channels },
      { length: width * channels, from: 1, to: 1 },
    ],
    first: { to: (top * outWidth + left) * channels },
  });
}

/** `Cropping2D`: an image without some rows and columns of its border. */
export function cropping(layer: LayerConfig, inputShape: readonly number[]): Step {
  const [, width, channels] = layer.image(inputShape);
  const { outputShape, top, left } = croppedImage(layer, inputShape);
  const row = outputShape[1] * channels;
  return copyStep('cropping2d', layer, {
    inputShape,
    outputShape,
    axes: [
      { length: outputShape[0], from: width * channels, to: row },
      { length: row, from: 1, to: 1 },
    ],
    first: { from: (top * width + left) * channels },
  });
}

/** What `Cropping2D` leaves, and where that begins. @throws DlError `file` where nothing is left */
export function croppedImage(layer: LayerConfig, inputShape: readonly number[]) {
  const [height, width, channels] = layer.image(inputShape);
  const [[top, bottom], [left, right]] = sidesOf(layer, 'cropping', 0);
  const outputShape = [height - top - bottom, width - left - right, channels] as const;
  if (outputShape.some((length) => length < 1)) throw layer.damaged(`it cuts [${[top, bottom, left, right]}] off [${inputShape}]`);
  return { outputShape, top, left };
}

type Sides = readonly [number, number];

/** Keras takes one number, one per axis, or `[[top, bottom], [left, right]]`. */
export function sidesOf(layer: LayerConfig, key: 'padding' | 'cropping', fallback: number): readonly [Sides, Sides] {
  const value = layer.setting(key) ?? fallback;
  const axes = Array.isArray(value) && value.length === 2 ? value : [value, value];
  const sides = axes.map((axis) => (Array.isArray(axis) && axis.length === 2 ? axis : [axis, axis]));
  const isSound = sides.flat().every((side) => Number.isSafeInteger(side) && side >= 0 && side < 2 ** 16);
  if (!isSound) throw layer.damaged(`${key} is ${JSON.stringify(value)}`);
  return sides as unknown as readonly [Sides, Sides];
}
