import { activationNumbers } from '../../kernels/export-arguments.ts';
import { activate, linear } from '../activation.ts';
import { type CopyCounts, copyCounts, copyStep, stridesOf } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import { perBatch } from '../per-batch.ts';
import { place, type Step, sizeOf } from '../step.ts';

/** Layers that make one value of several of the same shape, by Keras' class: the operation's number in kernels/wasm/combine.ts. */
const combinations: Readonly<Record<string, number>> = { Add: 0, Average: 0, Multiply: 1, Maximum: 2, Minimum: 3 };

/** Keras' classes of layers that read several values. */
export const combinationKinds = Object.keys(combinations);

/** What values are combined in: an axis of length 1 stands for one of any length. @throws DlError `refused` for other shapes */
export function combinedShape(layer: LayerConfig, inputShapes: readonly (readonly number[])[]): readonly number[] {
  const [first] = inputShapes;
  const shape = first.map((_, axis) => Math.max(...inputShapes.map((one) => one[axis])));
  const fits = (one: readonly number[]) =>
    one.length === shape.length && one.every((length, axis) => length === 1 || length === shape[axis]);
  const other = inputShapes.find((one) => !fits(one));
  if (other) throw layer.unsupported(`combines [${inputShapes.find((one) => one !== other)}] and [${other}], not values of one shape`);
  return shape;
}

/** A value of which some axes have the length 1, repeated along them; undefined where it has the shape already. */
export function repeated(layer: LayerConfig, inputShape: readonly number[], outputShape: readonly number[]): Step | undefined {
  if (inputShape.join() === outputShape.join()) return undefined;
  const [from, to] = [stridesOf(inputShape), stridesOf(outputShape)];
  const axes = outputShape.map((length, axis) => ({ length, from: inputShape[axis] === length ? from[axis] : 0, to: to[axis] }));
  return copyStep('repeat', layer, { inputShape, outputShape, axes });
}

/** `Add`, `Average`, `Multiply`, `Maximum`, `Minimum`: value by value. */
export function combination(layer: LayerConfig, shape: readonly number[], inputCount: number): Step {
  if (inputCount < 2) throw layer.damaged('it combines a single value');
  const size = sizeOf(shape);
  const columns = shape[shape.length - 1];
  const operation = combinations[layer.kind];
  const step: Step = {
    kind: layer.kind.toLowerCase(),
    layers: [layer.name],
    outputShape: shape,
    multiplyAdds: 0,
    activation: linear,
    compile(kernels) {
      const { combineAll, scaleRows } = kernels.exports;
      const { activation = linear } = step;
      const last = activationNumbers[activation.kernel ?? 'linear'];
      const share = layer.kind === 'Average' ? place(kernels, new Float32Array(columns).fill(1 / inputCount)) : undefined;
      const nothing = share && place(kernels, new Float32Array(columns));
      return (inputs, output, batch) => {
        const count = batch * size;
        let [combined] = inputs;
        for (let i = 1; i < inputs.length; i++) {
          const ends = i === inputs.length - 1 && share === undefined;
          combineAll(count, combined, inputs[i], output, operation, ends ? last : 0);
          combined = output;
        }
        if (share !== undefined && nothing !== undefined) scaleRows(count / columns, columns, output, share, nothing, output, last);
        if (!activation.kernel) activate(kernels, activation, output, output, count / columns, columns);
      };
    },
  };
  return step;
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
    compile({ exports }) {
      const sized = perBatch((batch) =>
        widths.map((columns) => {
          const rows = { length: batch * rowsOfOne, from: columns, to: width };
          return exports.copyRuns.bind(undefined, ...(copyCounts([rows, { length: columns, from: 1, to: 1 }]) as CopyCounts));
        }),
      );
      return (inputs, output, batch) => {
        let target = output;
        sized(batch).forEach((copy, index) => {
          copy(inputs[index], target);
          target += 4 * widths[index];
        });
      };
    },
  };
}
