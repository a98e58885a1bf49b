import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';

/** `PReLU`: what is below 0 is multiplied by a trained slope, one for each channel or for each value (He et al., 2015). */
export function parametricRectifier(layer: LayerConfig, inputShape: readonly number[]): Step {
  const shared = layer.setting('shared_axes');
  const isShared = (axis: number) => Array.isArray(shared) && shared.includes(axis + 1);
  const slopes = slopesOfRow(layer.weight('alpha', inputShape.map((length, axis) => (isShared(axis) ? 1 : length))), inputShape, isShared); // biome-ignore format: one line
  const rowsOfOne = sizeOf(inputShape) / slopes.length;
  return {
    kind: 'prelu',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: 0,
    compile(kernels) {
      const slopesAt = place(kernels, slopes);
      return ([input], output, batch) => kernels.exports.rectifyRows(batch * rowsOfOne, slopes.length, input, slopesAt, output);
    },
  };
}

/** The slopes of one pixel where all pixels have the same; else those of the whole sample. */
function slopesOfRow(alpha: Float32Array, shape: readonly number[], isShared: (axis: number) => boolean): Float32Array {
  const last = shape.length - 1;
  if (!isShared(last) && shape.every((_, axis) => axis === last || isShared(axis))) return alpha;
  const strides = shape.map((_, axis) => (isShared(axis) ? 0 : sizeOf(shape.filter((_, other) => other > axis && !isShared(other)))));
  const slopes = new Float32Array(sizeOf(shape));
  const places = shape.map(() => 0);
  for (let i = 0; i < slopes.length; i++) {
    slopes[i] = alpha[places.reduce((sum, at, axis) => sum + at * strides[axis], 0)];
    for (let axis = last; axis >= 0; axis--) {
      places[axis]++;
      if (places[axis] < shape[axis]) break;
      places[axis] = 0;
    }
  }
  return slopes;
}
