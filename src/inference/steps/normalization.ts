import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';
import { scaleAndShift } from './elementwise.ts';
import { movedAxes } from './permute.ts';

/** `LayerNormalization` over the last axes of each sample. */
export function layerNormalization(layer: LayerConfig, inputShape: readonly number[]): Step {
  const shape = normalizedShape(layer, inputShape);
  const columns = sizeOf(shape);
  const rows = sizeOf(inputShape) / columns;
  const [gamma, beta] = [layer.optionalWeight('gamma', shape, 1), layer.optionalWeight('beta', shape, 0)];
  const normal = normalRows(layer, inputShape, rows);
  return {
    ...normal,
    compile(kernels) {
      const normalize = normal.compile(kernels);
      const [scale, shift] = [place(kernels, gamma), place(kernels, beta)];
      return (inputs, output, batch) => {
        normalize(inputs, output, batch);
        kernels.exports.scaleRows(batch * rows, columns, output, scale, shift, output, 0);
      };
    },
  };
}

/** `GroupNormalization`: the channels of each group are brought together, normalised as rows, and brought back. */
export function groupNormalization(layer: LayerConfig, inputShape: readonly number[]): readonly Step[] {
  const channels = inputShape[inputShape.length - 1];
  const groups = groupsOf(layer, channels);
  const [pixels, size] = [sizeOf(inputShape) / channels, channels / groups];
  const normal = normalRows(layer, [groups, pixels, size], groups);
  const isTogether = groups === 1 || pixels === 1;
  const steps = isTogether
    ? [normal]
    : [movedAxes(layer, [pixels, groups, size], [1, 0, 2]), normal, movedAxes(layer, [groups, pixels, size], [1, 0, 2])];
  const back = Object.assign(steps[steps.length - 1], { outputShape: inputShape });
  const [gamma, beta] = [layer.optionalWeight('gamma', [channels], 1), layer.optionalWeight('beta', [channels], 0)];
  return [...steps.slice(0, -1), back, scaleAndShift(layer, inputShape, gamma, beta)];
}

/** The groups of a `GroupNormalization`. @throws DlError `refused` where the channels are not last, `file` for groups that there cannot be */
export function groupsOf(layer: LayerConfig, channels: number): number {
  const axis = layer.number('axis', -1);
  if (axis !== -1) throw layer.unsupported(`normalises axis ${axis}, not the last one`);
  const setting = layer.number('groups', 32);
  const groups = setting === -1 ? channels : setting;
  if (!(Number.isInteger(groups) && groups >= 1 && channels % groups === 0))
    throw layer.damaged(`it has ${setting} groups of ${channels} channels`);
  return groups;
}

/** A sample's values in so many rows, each of mean 0 and variance 1. */
function normalRows(layer: LayerConfig, shape: readonly number[], rows: number): Step {
  const columns = sizeOf(shape) / rows;
  const epsilon = layer.number('epsilon', 1e-3);
  return {
    kind: 'layerNormalization',
    layers: [layer.name],
    outputShape: shape,
    multiplyAdds: sizeOf(shape),
    compile:
      ({ exports }) =>
      ([input], output, batch) =>
        exports.normalizeRows(batch * rows, columns, epsilon, input, output),
  };
}

/** The lengths of the axes over which a `LayerNormalization` goes: its `gamma` has this shape. @throws DlError `refused` for others than the last ones */
export function normalizedShape(layer: LayerConfig, inputShape: readonly number[]): readonly number[] {
  const rank = inputShape.length + 1;
  const setting = layer.setting('axis') ?? -1;
  const axes = (Array.isArray(setting) ? setting : [setting]).map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const areLast = axes.length > 0 && axes.length < rank && axes.every((axis, i) => axis === rank - axes.length + i);
  if (!areLast) throw layer.unsupported(`normalises the axes ${JSON.stringify(setting)}, not the last ones`);
  return inputShape.slice(inputShape.length - axes.length);
}
