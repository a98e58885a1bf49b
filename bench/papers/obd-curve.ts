import { fineTune, pipeline, pruneWeights } from '../../src/compression/index.ts';
import { evaluateModel } from '../../src/training/evaluate-model.ts';
import { criteria, deletions, drawObdCurve } from './draw-obd-curve.ts';
import type { DenseNet, PaperRow } from './paper-row.ts';

/** The loss of a net after ever more of its weights are deleted, by three criteria; then 60 % deleted and trained on. */
export const obdCurve: PaperRow = {
  name: 'obd-curve',
  paper: 'magnitude clearly worse than OBD; 60 % of the weights deleted at no loss after retraining (LeCun et al., 1990)',
  triedOnValidation: 7,
  targets: [
    ...deletions.map((percent) => ({ figure: aboveOthers(percent), atMost: 0 })),
    { figure: 'error at 60 % retrained, points above dense', atMost: 0 },
  ],
  async measure({ dense, compress, error, log }) {
    const net = await dense('lenet-300-100');
    const denseError = await error(net);
    const figures: Record<string, number> = { 'loss at 0 %': await trainingLoss(net), 'error at 0 %, %': denseError };
    for (const percent of deletions) {
      const losses: number[] = [];
      for (const importance of criteria) {
        const { model } = await compress(net, pruneWeights({ keep: 1 - percent / 100, scope: 'global', importance }));
        losses.push(await trainingLoss({ ...net, model }));
        figures[`loss at ${percent} % by ${importance}`] = losses[losses.length - 1];
        figures[`error at ${percent} % by ${importance}, %`] = await error({ ...net, model });
        model.dispose();
      }
      figures[aboveOthers(percent)] = 100 * (losses[0] / Math.min(...losses.slice(1)) - 1);
      log(`${percent} % deleted, loss by ${criteria.map((name, i) => `${name} ${losses[i].toFixed(4)}`).join(', ')}`);
    }
    const { model } = await compress(net, retraining);
    const retrained = await error({ ...net, model });
    model.dispose();
    return {
      'error at 60 % retrained, points above dense': retrained - denseError,
      'error at 60 % retrained, %': retrained,
      ...figures,
    };
  },
  draw: drawObdCurve,
};

/** The curve of OBD has to be the lowest at each point. */
function aboveOthers(percent: number): string {
  return `loss at ${percent} % deleted by OBD, % above the lowest other`;
}

/** As long as the dense net was trained. */
const retraining = pipeline([
  pruneWeights({ keep: 0.4, scope: 'global', importance: 'obd' }),
  fineTune({ epochs: 15, learningRateSchedule: 'cosine' }),
]);

/** What the paper draws: the objective on the training set. */
async function trainingLoss({ model, data }: Pick<DenseNet, 'model' | 'data'>): Promise<number> {
  const { logs } = await evaluateModel(model, data.train, { loss: 'sparseCategoricalCrossentropy' });
  return logs.loss;
}
