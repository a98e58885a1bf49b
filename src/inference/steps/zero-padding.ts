import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** `ZeroPadding2D`: rows and columns of zeros around an image. */
export function zeroPadding(layer: LayerConfig, inputShape: readonly number[]): Step {
  const [height, width, channels] = layer.image(inputShape);
  const [[top, bottom], [left, right]] = paddedSides(layer);
  const [outHeight, outWidth] = [height + top + bottom, width + left + right];
  const outputShape = [outHeight, outWidth, channels];
  return {
    kind: 'zeroPadding2d',
    layers: [layer.name],
    outputShape,
    multiplyAdds: 0,
    compile:
      (kernels) =>
      ([input], output, batch) => {
        const rowLength = width * channels;
        const [from, to] = [kernels.floats(input, batch * sizeOf(inputShape)), kernels.floats(output, batch * sizeOf(outputShape))];
        to.fill(0);
        for (let row = 0; row < batch * height; row++) {
          const outRow = Math.floor(row / height) * outHeight + top + (row % height);
          to.set(from.subarray(row * rowLength, (row + 1) * rowLength), (outRow * outWidth + left) * channels);
        }
      },
  };
}

type Sides = readonly [number, number];

/** Keras takes one number, one per axis, or `[[top, bottom], [left, right]]`. */
export function paddedSides(layer: LayerConfig): readonly [Sides, Sides] {
  const padding = layer.setting('padding') ?? 1;
  const axes = Array.isArray(padding) && padding.length === 2 ? padding : [padding, padding];
  const sides = axes.map((axis) => (Array.isArray(axis) && axis.length === 2 ? axis : [axis, axis]));
  const isSound = sides.flat().every((side) => Number.isSafeInteger(side) && side >= 0 && side < 2 ** 16);
  if (!isSound) throw layer.damaged(`padding is ${JSON.stringify(padding)}`);
  return sides as unknown as readonly [Sides, Sides];
}
