import { fineTune, pipeline, quantize, type Technique } from '../../src/compression/index.ts';
import type { PaperRow } from './paper-row.ts';

const jacob = 'ResNet-50 76.4 -> 74.9 %, Inception-v3 78.4 -> 75.4 %, trained aware (Jacob et al., 2018)';

/** How many more answers are wrong once a net is quantized. */
function quantizationRow(
  name: string,
  model: string,
  paper: string,
  atMost: number,
  triedOnValidation: number,
  recipe: Technique,
): PaperRow {
  return {
    name: `${name}-${model}`,
    paper,
    triedOnValidation,
    targets: [{ figure: 'error, points above dense', atMost }],
    async measure({ dense, compress, error }) {
      const net = await dense(model);
      const result = await compress(net, recipe);
      const [denseError, quantizedError] = [await error(net), await error({ model: result.model, data: net.data })];
      result.model.dispose();
      return { 'dense error, %': denseError, 'error, %': quantizedError, 'error, points above dense': quantizedError - denseError };
    },
  };
}

/** Weights of 8 bits and activations of 7, without training. */
export const int8PostTraining = ['lenet5', 'lenet-300-100'].map((model) =>
  quantizationRow('int8-post-training', model, jacob, 0.1, 5, quantize()),
);

/** The same, then trained on with rounded weights and activations. */
export const int8Aware = ['lenet5', 'lenet-300-100'].map((model) =>
  quantizationRow('int8-aware', model, jacob, 0.05, 3, pipeline([quantize(), fineTune({ epochs: 1, learningRate: 1e-5 })])),
);

/** Weights of 4 bits and activations of 7, without training. */
export const int4Weights = ['lenet5', 'lenet-300-100'].map((model) =>
  quantizationRow('int4-weights', model, 'face net, 4 bits: -11.4 % (Jacob et al., 2018)', 0.3, 2, quantize({ bits: 4 })),
);
