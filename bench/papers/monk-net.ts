import type { LayersModel } from '@tensorflow/tfjs-layers';
import { regularizers } from '@tensorflow/tfjs-layers';
import type { Features } from '../../src/data/features.ts';
import { functional, layers, through } from '../../src/layers/index.ts';
import { createModel } from '../../src/models/create-model.ts';
import { defineModel } from '../../src/models/define-model.ts';

/**
 * The net of the papers on the MONK's problems: 17 inputs, one hidden layer, one output, tanh everywhere: 58 weights with 3 hidden
 * units, 39 with 2. The unit that is always 1 is an input, and its weights are kernels: biases can be pruned here as in the papers.
 */
export function monkNet(hidden: number, decay: number, features: Features, seed: number): LayersModel {
  const dense = (name: string, units: number) =>
    layers.dense({ name, units, activation: 'tanh', useBias: false, kernelRegularizer: regularizers.l2({ l2: decay }) });
  const build = () =>
    functional(features.inputShape, (input) => {
      const one = through(
        input,
        layers.reshape({ name: 'column', targetShape: [18, 1, 1] }),
        layers.cropping2D({
          name: 'last',
          cropping: [
            [17, 0],
            [0, 0],
          ],
        }),
        layers.flatten({ name: 'one' }),
      );
      return through([through(input, dense('hidden', hidden)), one], layers.concatenate({ name: 'withOne' }), dense('output', 1));
    });
  return createModel(defineModel({ name: 'monk', defaults: {}, build }), {}, features, seed);
}
