import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';

/** `LayerNormalization` over the last axes of each sample. */
export function layerNormalization(layer: LayerConfig, inputShape: readonly number[]): Step {
  const shape = normalizedShape(layer, inputShape);
  const columns = sizeOf(shape);
  const rows = sizeOf(inputShape) / columns;
  const [gamma, beta] = [layer.optionalWeight('gamma', shape, 1), layer.optionalWeight('beta', shape, 0)];
  const epsilon = layer.number('epsilon', 1e-3);
  return {
    kind: 'layerNormalization',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: sizeOf(inputShape),
    compile(kernels) {
      const [scale, shift] = [place(kernels, gamma), place(kernels, beta)];
      const { normalizeRows, scaleRows } = kernels.exports;
      return ([input], output, batch) => {
        normalizeRows(batch * rows, columns, epsilon, input, output);
        scaleRows(batch * rows, columns, output, scale, shift, output, 0);
      };
    },
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
