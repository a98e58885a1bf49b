import { fineTune, pipeline, polynomialDecay, pruneWeights } from '../../src/compression/index.ts';
import type { PaperRow } from './paper-row.ts';

const epochs = 30;

/** Gradual pruning of the dense net to a twentieth, much at first (Zhu and Gupta, 2017). */
export const pruningLenet300100: PaperRow = {
  name: 'pruning-lenet-300-100',
  paper: '12x fewer weights, 1.64 -> 1.59 % (Han et al., 2015)',
  triedOnValidation: 1,
  targets: [
    { figure: 'weights, x fewer', atLeast: 20 },
    { figure: 'error, points above dense', atMost: 0.05 },
  ],
  async measure({ dense, compress, error }) {
    const net = await dense('lenet-300-100');
    const endStep = Math.floor(0.6 * epochs * net.data.train.steps);
    const keep = { dense1: 0.04, dense2: 0.08, dense3: 0.4 };
    const result = await compress(net, pipeline([pruneWeights({ keep, schedule: polynomialDecay({ endStep }) }), fineTune({ epochs })]));
    const [before, after] = [result.rows[0].weightsKept, result.rows[result.rows.length - 1].weightsKept];
    const [denseError, prunedError] = [await error(net), await error({ model: result.model, data: net.data })];
    result.model.dispose();
    return {
      'weights, x fewer': before / after,
      'dense error, %': denseError,
      'error, %': prunedError,
      'error, points above dense': prunedError - denseError,
    };
  },
};
