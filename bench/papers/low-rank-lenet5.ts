import { factorize, fineTune, pipeline } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import type { DenseNet, PaperRow } from './paper-row.ts';

const factored = ['conv2', 'dense1'];

/** The two layers that cost most, at half of their multiply-adds each, then one epoch. */
export const lowRankLenet5: PaperRow = {
  name: 'low-rank-lenet5',
  paper: '2x faster convolutions within 1 % (Denton et al., 2014)',
  triedOnValidation: 4,
  targets: [
    { figure: 'multiply-adds of conv2 and dense1, x fewer', atLeast: 2 },
    { figure: 'error, points above dense', atMost: 0.1 },
  ],
  async measure({ dense, compress, error }) {
    const net = await dense('lenet5');
    const rank = Object.fromEntries(factored.map((layer) => [layer, { speedup: 2 }]));
    const result = await compress(net, pipeline([factorize({ rank }), fineTune({ epochs: 1, learningRate: 5e-5 })]));
    const [denseError, smallError] = [await error(net), await error({ model: result.model, data: net.data })];
    const fewer = costOf(net.model) / costOf(result.model);
    result.model.dispose();
    return {
      'multiply-adds of conv2 and dense1, x fewer': fewer,
      'dense error, %': denseError,
      'error, %': smallError,
      'error, points above dense': smallError - denseError,
    };
  },
};

/** Multiply-adds of the factored layers and of the parts that they became. */
function costOf(model: DenseNet['model']): number {
  const parts = summarize(model).layers.filter(({ name }) => factored.some((layer) => name === layer || name.startsWith(`${layer}-`)));
  return parts.reduce((sum, { multiplyAccumulates }) => sum + multiplyAccumulates, 0);
}
