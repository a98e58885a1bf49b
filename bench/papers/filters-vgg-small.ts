import { distill, fineTune, pipeline, pruneUnits } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import type { PaperRow } from './paper-row.ts';

/** Filters that change the loss least are removed in two steps, with training behind each, in which the dense net teaches. */
export const filtersVggSmall: PaperRow = {
  name: 'filters-vgg-small',
  paper: 'VGG-16 on CIFAR-10: 34.2 % fewer operations, 6.75 -> 6.60 % (Li et al., 2017)',
  triedOnValidation: 2,
  targets: [
    { figure: 'multiply-adds, % fewer', atLeast: 65 },
    { figure: 'error, points above dense', atMost: 1 },
  ],
  async measure({ dense, compress, error }) {
    const net = await dense('vgg-small');
    const prune = (macs: number) => pruneUnits({ target: { macs }, scope: 'global', importance: 'taylor', batches: 32 });
    const result = await compress(
      net,
      pipeline([
        distill({ temperature: 4, weight: 0.7 }),
        prune(0.6),
        fineTune({ epochs: 6, learningRateSchedule: 'cosine' }),
        prune(0.345 / 0.6),
        fineTune({ epochs: 60, learningRateSchedule: 'cosine' }),
      ]),
    );
    const [before, after] = [summarize(net.model).multiplyAccumulates, summarize(result.model).multiplyAccumulates];
    const [denseError, prunedError] = [await error(net), await error({ model: result.model, data: net.data })];
    result.model.dispose();
    return {
      'multiply-adds, % fewer': 100 * (1 - after / before),
      'dense error, %': denseError,
      'error, %': prunedError,
      'error, points above dense': prunedError - denseError,
    };
  },
};
