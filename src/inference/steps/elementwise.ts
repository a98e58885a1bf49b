import { activationNumbers } from '../../kernels/export-arguments.ts';
import { type Activation, activate, linear } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';

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
      (kernels) =>
      ([input], output, batch) => {
        const [from, to] = [kernels.floats(input, batch * size), kernels.floats(output, batch * size)];
        for (let start = 0; start < from.length; start += size) {
          let sum = 0;
          for (let i = start; i < start + size; i++) sum += Math.abs(from[i]);
          for (let i = start; i < start + size; i++) to[i] = from[i] >= 0 ? sum / size : -sum / size;
        }
      },
  };
}

/** `value * scale + shift` per channel: BatchNorm that could not be merged into the layer before. */
export function scaleAndShift(layer: LayerConfig, inputShape: readonly number[], scale: Float32Array, shift: Float32Array): Step {
  const size = sizeOf(inputShape);
  const columns = scale.length;
  const step: Step = {
    kind: 'batchNormalization',
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
