import { fineTune, pipeline, pruneUnits, slim } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import { predictSpeedUp } from '../support/predict-speed.ts';
import type { PaperRow } from './paper-row.ts';

/** Samples that are predicted together. */
const batch = 64;

/** A larger rate and more decay than the dense net's: chosen on validation. */
const optimizer = { name: 'adamw', learningRate: 2e-3, weightDecay: 0.3 };

const slimTo = (weights: number) => [
  slim({ epochs: 6, strength: 1e-3 }),
  pruneUnits({ importance: 'batchNormScale', scope: 'global', target: { weights } }),
];

/** In two passes: scales pushed to 0, the units of the smallest scales removed; then trained on at falling rates (Liu et al., 2017). */
export const slimmingMlp: PaperRow = {
  name: 'slimming-mlp',
  paper: '84.4 % fewer weights, 1.43 -> 1.49 % (Liu et al., 2017)',
  triedOnValidation: 8,
  targets: [
    { figure: 'weights, % fewer', atLeast: 85 },
    { figure: 'error, points above dense', atMost: 0.1 },
    { figure: 'tfjs-wasm predict, x faster', atLeast: 3 },
  ],
  async measure({ dense, compress, error }) {
    const net = await dense('slimming-mlp');
    const recipe = pipeline([
      ...slimTo(0.4),
      ...slimTo(0.148 / 0.4),
      fineTune({ epochs: 15 }),
      fineTune({ epochs: 10, learningRate: 6e-4 }),
      fineTune({ epochs: 8, learningRate: 2e-4 }),
      fineTune({ epochs: 5, learningRate: 5e-5 }),
    ]);
    const result = await compress({ ...net, training: { ...net.training, optimizer } }, recipe);
    const [before, after] = [summarize(net.model).weights, summarize(result.model).weights];
    const [denseError, slimError] = [await error(net), await error({ model: result.model, data: net.data })];
    const faster = await predictSpeedUp(net.model, result.model, net.features, batch);
    result.model.dispose();
    return {
      'weights, % fewer': 100 * (1 - after / before),
      'dense error, %': denseError,
      'error, %': slimError,
      'error, points above dense': slimError - denseError,
      'tfjs-wasm predict, x faster': faster,
    };
  },
};
