import { activationNumbers, depthwiseSizes } from '../../kernels/export-arguments.ts';
import { windowShape } from '../../kernels/window-shape.ts';
import { type Activation, activate, linear } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { perBatch } from '../per-batch.ts';
import { place, type Step } from '../step.ts';
import { dilatedFilter } from './dilated-filter.ts';
import { foldInto } from './fold-into.ts';

/** Convolution of every channel by itself. */
export function depthwiseConv2d(layer: LayerConfig, inputShape: readonly number[]): Step {
  if (layer.pair('dilation_rate', [1, 1]).some((rate) => rate > 1)) throw layer.unsupported('has a dilated filter, which tfjs ignores');
  const outChannels = layer.image(inputShape)[2] * layer.count('depth_multiplier', 1);
  return channelByChannel(layer, inputShape, { bias: layer.optionalWeight('bias', [outChannels], 0), activation: layer.activation() });
}

/** @param end what follows the sums */
export function channelByChannel(
  layer: LayerConfig,
  inputShape: readonly number[],
  end: { readonly bias: Float32Array; readonly activation: Activation },
): Step {
  const image = layer.image(inputShape);
  const multiplier = layer.count('depth_multiplier', 1);
  const stored = layer.pair('kernel_size');
  const { size, weights } = dilatedFilter(layer, {
    size: stored,
    weights: layer.weight('depthwise_kernel', [...stored, image[2], multiplier]),
  });
  const outChannels = image[2] * multiplier;
  const windows = (batch: number) =>
    windowShape({ input: [batch, ...image], filter: size, outChannels, strides: layer.pair('strides', [1, 1]), padding: layer.padding() });
  const { outHeight, outWidth } = windows(1);
  const [filter, bias] = [weights.slice(), end.bias.slice()];
  const step: Step = {
    kind: 'depthwiseConv2d',
    layers: [layer.name],
    outputShape: [outHeight, outWidth, outChannels],
    multiplyAdds: outHeight * outWidth * outChannels * size[0] * size[1],
    activation: end.activation,
    fold: (scale, shift) => foldInto(filter, bias, scale, shift),
    compile(kernels) {
      const filterAt = place(kernels, filter);
      const biasAt = place(kernels, bias);
      const { activation = linear } = step;
      const last = activationNumbers[activation.kernel ?? 'linear'];
      const sized = perBatch((batch) => kernels.exports.fusedDepthwiseConv2d.bind(undefined, ...depthwiseSizes(windows(batch))));
      return ([input], output, batch) => {
        sized(batch)(input, filterAt, output, biasAt, last);
        if (!activation.kernel) activate(kernels, activation, output, output, batch * outHeight * outWidth, outChannels);
      };
    },
  };
  return step;
}
