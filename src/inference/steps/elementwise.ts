import { type Activation, activate } from '../activation.ts';
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
        const count = batch * size;
        if (activation.kernel) kernels.activate({ count, input, output, activation: activation.kernel });
        else {
          kernels.floats(output, count).set(kernels.floats(input, count));
          activate(kernels, activation, output, count / columns, columns);
        }
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
  return {
    kind: 'batchNormalization',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: size,
    compile(kernels) {
      const scaleAt = place(kernels, scale);
      const shiftAt = place(kernels, shift);
      return ([input], output, batch) => {
        const [from, to] = [kernels.floats(input, batch * size), kernels.floats(output, batch * size)];
        const [factors, terms] = [kernels.floats(scaleAt, scale.length), kernels.floats(shiftAt, shift.length)];
        for (let i = 0; i < from.length; i++) to[i] = from[i] * factors[i % factors.length] + terms[i % terms.length];
      };
    },
  };
}
