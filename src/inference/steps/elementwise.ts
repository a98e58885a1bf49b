import { activationNumbers } from '../../kernels/export-arguments.ts';
import { type Activation, activate, linear, softmax } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';
import { movedAxes } from './permute.ts';

/** An activation by itself: behind pooling, or behind a step that has one already. */
export function activationStep(layer: LayerConfig, inputShape: readonly number[], activation: Activation): Step {
  const size = sizeOf(inputShape);
  const columns = inputShape[inputShape.length - 1];
  return {
    kind: activation.name,
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: 0,
    compile:
      (kernels) =>
      ([input], output, batch) => {
        activate(kernels, activation, input, output, (batch * size) / columns, columns);
      },
  };
}

/** The signs of a sample's values times their mean magnitude: the input of a binary layer, with the K of XNOR-Net. */
export function scaledSigns(layer: LayerConfig, inputShape: readonly number[]): Step {
  const size = sizeOf(inputShape);
  return {
    kind: 'sign',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: 0,
    compile:
      ({ exports }) =>
      ([input], output, batch) =>
        exports.scaledSigns(batch, size, input, output),
  };
}

/** Softmax over any axis: it is brought behind the others, and back. */
export function softmaxOver(layer: LayerConfig, inputShape: readonly number[]): readonly Step[] {
  const axis = softmaxAxis(layer, inputShape.length);
  const order = [...inputShape.keys()].filter((one) => one !== axis);
  const moved = movedAxes(layer, inputShape, [...order, axis]);
  const back = [...inputShape.keys()].map((one) => (one === axis ? order.length : one - Number(one > axis)));
  return [moved, activationStep(layer, moved.outputShape, softmax), movedAxes(layer, moved.outputShape, back)];
}

/** The axis of a sample, from 0, over which `Softmax` goes. */
export function softmaxAxis(layer: LayerConfig, rank: number): number {
  const setting = layer.number('axis', -1);
  const axis = setting < 0 ? rank + setting : setting - 1;
  if (!Number.isInteger(axis) || axis < 0 || axis >= rank) throw layer.damaged(`its axis is ${setting} for ${rank} axes`);
  return axis;
}

/** `value * scale + shift` per channel: BatchNorm that could not be merged into the layer before. */
export function scaleAndShift(layer: LayerConfig, inputShape: readonly number[], scale: Float32Array, shift: Float32Array): Step {
  const size = sizeOf(inputShape);
  const columns = scale.length;
  const step: Step = {
    kind: { Rescaling: 'rescaling', GroupNormalization: 'groupNormalization' }[layer.kind] ?? 'batchNormalization',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: size,
    activation: linear,
    compile(kernels) {
      const scaleAt = place(kernels, scale);
      const shiftAt = place(kernels, shift);
      const { activation = linear } = step;
      const last = activationNumbers[activation.kernel ?? 'linear'];
      return ([input], output, batch) => {
        const rows = (batch * size) / columns;
        kernels.exports.scaleRows(rows, columns, input, scaleAt, shiftAt, output, last);
        if (!activation.kernel) activate(kernels, activation, output, output, rows, columns);
      };
    },
  };
  return step;
}
