import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** Layers that make one value of several of the same shape, by Keras' class. */
const combinations: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Average: (a, b) => a + b,
  Multiply: (a, b) => a * b,
  Maximum: Math.max,
  Minimum: Math.min,
};

/** `Add`, `Average`, `Multiply`, `Maximum`, `Minimum`: value by value. */
export function combination(layer: LayerConfig, inputShapes: readonly (readonly number[])[]): Step {
  const [shape] = inputShapes;
  const other = inputShapes.find((one) => one.join() !== shape.join());
  if (other) throw layer.unsupported(`combines [${shape}] and [${other}], not values of one shape`);
  const size = sizeOf(shape);
  const combine = combinations[layer.kind];
  const share = layer.kind === 'Average' ? 1 / inputShapes.length : 1;
  return {
    kind: layer.kind.toLowerCase(),
    layers: [layer.name],
    outputShape: shape,
    multiplyAdds: 0,
    compile: (kernels) => (inputs, output, batch) => {
      const count = batch * size;
      const result = kernels.floats(output, count);
      result.set(kernels.floats(inputs[0], count));
      for (const input of inputs.slice(1)) {
        if (layer.kind === 'Add') kernels.add({ count, a: output, b: input, output });
        else combineInto(result, kernels.floats(input, count), combine);
      }
      if (share !== 1) for (let i = 0; i < count; i++) result[i] *= share;
    },
  };
}

function combineInto(result: Float32Array, values: Float32Array, combine: (a: number, b: number) => number): void {
  for (let i = 0; i < values.length; i++) result[i] = combine(result[i], values[i]);
}

/** Channels side by side: `[..., a]` and `[..., b]` become `[..., a + b]`. */
export function concatenation(layer: LayerConfig, inputShapes: readonly (readonly number[])[]): Step {
  const [shape] = inputShapes;
  const axis = layer.number('axis', -1);
  if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`puts axis ${axis} side by side, not the last one`);
  const pixels = (one: readonly number[]) => one.slice(0, -1);
  const other = inputShapes.find((one) => pixels(one).join() !== pixels(shape).join());
  if (other) throw layer.damaged(`it puts [${shape}] and [${other}] side by side`);
  const widths = inputShapes.map((one) => one[one.length - 1]);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const rowsOfOne = sizeOf(pixels(shape));
  return {
    kind: 'concatenate',
    layers: [layer.name],
    outputShape: [...pixels(shape), width],
    multiplyAdds: 0,
    compile: (kernels) => (inputs, output, batch) => {
      const rows = batch * rowsOfOne;
      const result = kernels.floats(output, rows * width);
      let start = 0;
      inputs.forEach((input, index) => {
        const own = widths[index];
        const values = kernels.floats(input, rows * own);
        for (let row = 0, to = start, from = 0; row < rows; row++, to += width, from += own) {
          for (let i = 0; i < own; i++) result[to + i] = values[from + i];
        }
        start += own;
      });
    },
  };
}

/** Keras' classes of layers that read several values. */
export const combinationKinds = Object.keys(combinations);
