import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import type { QuantizableLayer } from './quantized-layers.ts';
import { roundToGrid, type WeightGrid } from './weight-grid.ts';

/**
 * Takes off the biases what rounding the weights adds to the mean of each output channel (Nagel et al., "Data-free quantization
 * through weight equalization and bias correction", 2019). Layers without a bias stay as they are.
 *
 * @param means by layer: the mean of each input channel over the calibration samples
 */
export function correctBiases(
  weights: NamedWeights,
  layers: readonly { readonly layer: QuantizableLayer; readonly grid: WeightGrid }[],
  means: ReadonlyMap<string, Float64Array>,
): NamedWeights {
  const corrected = new Map(weights);
  for (const { layer, grid } of layers) {
    const biasName = `${layer.layer}/bias`;
    const bias = weights.get(biasName);
    if (!bias) continue;
    const kernel = weights.get(layer.weight) as NamedWeight;
    const shift = meanShift(kernel, roundToGrid(kernel, grid), means.get(layer.layer) as Float64Array, bias.values.length);
    corrected.set(biasName, { shape: bias.shape, values: bias.values.map((value, channel) => value - shift[channel]) });
  }
  return corrected;
}

/** What a change of the kernel adds to the mean of each output channel; padding is not looked at. */
function meanShift({ shape, values }: NamedWeight, rounded: Float32Array, means: Float64Array, channels: number): Float64Array {
  const shift = new Float64Array(channels);
  // The last axes of a kernel are [in, out]; of a depthwise one [in, multiplier], and its channels are their pairs.
  const last = shape[shape.length - 1];
  values.forEach((value, i) => {
    const input = Math.floor(i / last) % means.length;
    const channel = last === channels ? i % last : input * last + (i % last);
    shift[channel] += (rounded[i] - value) * means[input];
  });
  return shift;
}
