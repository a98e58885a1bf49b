import { copyStep, stridesOf } from '../copy-step.ts';
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
  const { outputShape, starts } = croppedImage(layer, inputShape);
  const [from, to] = [stridesOf(inputShape), stridesOf(outputShape)];
  return copyStep('cropping2d', layer, {
    inputShape,
    outputShape,
    axes: outputShape.map((length, axis) => ({ length, from: from[axis], to: to[axis] })),
    first: { from: starts.reduce((sum, start, axis) => sum + start * from[axis], 0) },
  });
}

/** What `Cropping2D` leaves, and where that begins along every axis, whichever the channels are. @throws DlError `file` where nothing is left */
export function croppedImage(layer: LayerConfig, inputShape: readonly number[]) {
  const areChannelsFirst = layer.setting('data_format') === 'channels_first' && inputShape.length === 3;
  const shape = areChannelsFirst ? inputShape : layer.image(inputShape);
  const image = sidesOf(layer, 'cropping', 0);
  const sides = areChannelsFirst ? [[0, 0], ...image] : [...image, [0, 0]];
  const outputShape = shape.map((length, axis) => length - sides[axis][0] - sides[axis][1]);
  if (outputShape.some((length) => length < 1)) throw layer.damaged(`it cuts [${image}] off [${inputShape}]`);
  return { outputShape, starts: sides.map(([start]) => start) };
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
