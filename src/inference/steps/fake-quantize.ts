import { activationRange } from '../../packed/activation-range.ts';
import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** Rounds to the numbers of 7 bits that an integer engine would have: the range is a weight of the layer, or that of each sample. */
export function fakeQuantize(layer: LayerConfig, inputShape: readonly number[]): Step {
  const size = sizeOf(inputShape);
  const [low, high] = layer.flag('dynamic') ? [] : layer.weight('range', [2]);
  const { scale, zeroPoint } = low === undefined ? { scale: 0, zeroPoint: 0 } : activationRange(low, high);
  return {
    kind: 'fakeQuantize',
    layers: [layer.name],
    outputShape: inputShape,
    multiplyAdds: 0,
    compile:
      ({ exports }) =>
      ([input], output, batch) =>
        exports.roundRows(batch, size, scale, zeroPoint, input, output),
  };
}
