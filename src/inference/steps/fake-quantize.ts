import { activationRange, roundActivation } from '../../packed/activation-range.ts';
import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** Rounds to the numbers of 7 bits that an integer engine would have: the range is a weight of the layer, or that of each sample. */
export function fakeQuantize(layer: LayerConfig, inputShape: readonly number[]): Step {
  const size = sizeOf(inputShape);
  const kept = layer.flag('dynamic') ? undefined : layer.weight('range', [2]);
  return {
    kind: 'fakeQuantize',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: 0,
    compile:
      (kernels) =>
      ([input], output, batch) => {
        const [from, to] = [kernels.floats(input, batch * size), kernels.floats(output, batch * size)];
        for (let start = 0; start < from.length; start += size) {
          const sample = from.subarray(start, start + size);
          const [low, high] = kept ?? rangeOf(sample);
          const range = activationRange(low, high);
          for (let i = 0; i < size; i++) to[start + i] = roundActivation(sample[i], range);
        }
      },
  };
}

function rangeOf(values: Float32Array): readonly [number, number] {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
