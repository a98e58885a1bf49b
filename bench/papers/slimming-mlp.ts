import { fineTune, pipeline, pruneUnits, slim } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import { predictSpeedUp } from '../support/predict-speed.ts';
import type { PaperRow } from './paper-row.ts';

/** Samples that are predicted together. */
const batch = 64;

/** Scales pushed to 0, the units of the smallest scales removed, the rest trained again (Liu et al., 2017, section 4.3). */
export const slimmingMlp: PaperRow = {
  name: 'slimming-mlp',
  paper: '84.4 % fewer weights, 1.43 -> 1.49 % (Liu et al., 2017)',
  triedOnValidation: 1,
  targets: [
    { figure: 'weights, % fewer', atLeast: 85 },
    { figure: 'error, points above dense', atMost: 0.1 },
    { figure: 'tfjs-wasm predict, x faster', atLeast: 3 },
  ],
  async measure({ dense, compress, error }) {
    const net = await dense('slimming-mlp');
    const result = await compress(
      net,
      pipeline([
        slim({ epochs: 15, strength: 1e-3 }),
        pruneUnits({ importance: 'batchNormScale', scope: 'global', target: { weights: 0.145 } }),
        fineTune({ epochs: 15 }),
        fineTune({ epochs: 5, learningRate: 1e-4 }),
      ]),
    );
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
