import { fineTune, pipeline, pruneUnits, quantize } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import { compressedModelPath } from '../support/compressed-models.ts';
import { cachePath, keptNet } from './kept-net.ts';
import type { PaperRow } from './paper-row.ts';

/**
 * Chosen by validation alone. `macs`: the share of the dense net's that each of the two steps leaves; `epochs`: of the training behind it;
 * `augmentation`: of the last, beside the flips and shifts that the dense net was trained with; `monitor`: which epoch is kept.
 */
const settings = {
  macs: [0.6, 0.349],
  epochs: [2, 120],
  optimizer: { name: 'adamw', learningRate: 2e-3, weightDecay: 0.1 },
  augmentation: { rotate: 8, zoom: 0.1, cutout: 8, mixup: 0.2 },
  monitor: 'val_accuracy', // the loss rises before the errors do
};

/** Filters that cost most for what they change in the loss are removed in two steps. What is left is trained on pictures that are changed more. */
export const filtersVggSmall: PaperRow = {
  name: 'filters-vgg-small',
  paper: 'VGG-16 on CIFAR-10: 34.2 % fewer operations, 6.75 -> 6.60 % (Li et al., 2017)',
  triedOnValidation: 11,
  targets: [
    { figure: 'multiply-adds, % fewer', atLeast: 65 },
    { figure: 'error, points above dense', atMost: 1 },
    { figure: 'with int8: error, points above dense', atMost: 1 },
  ],
  async measure({ dense, compress, error }, seed) {
    const net = await dense('vgg-small');
    const { macs, epochs, optimizer, augmentation, monitor } = settings;
    const prune = (share: number) => pruneUnits({ target: { macs: share }, scope: 'global', importance: 'taylor', batches: 32 });
    const recipe = pipeline([
      prune(macs[0]),
      fineTune({ epochs: epochs[0], learningRateSchedule: 'cosine' }),
      prune(macs[1] / macs[0]),
      fineTune({ epochs: epochs[1], learningRateSchedule: 'cosine', augmentation }),
    ]);
    const path = cachePath('vgg-small-fewer-filters', settings, seed);
    const smaller = await keptNet(path, net, () => compress({ ...net, training: { ...net.training, optimizer, monitor } }, recipe));
    const [before, after] = [summarize(net.model).multiplyAccumulates, summarize(smaller.model).multiplyAccumulates];
    const rounded = await compress(smaller, quantize(), seed === 0 ? compressedModelPath('vgg-small') : undefined);
    const [denseError, prunedError, int8Error] = [await error(net), await error(smaller), await error({ ...net, model: rounded.model })];
    rounded.model.dispose();
    smaller.model.dispose();
    return {
      'multiply-adds, % fewer': 100 * (1 - after / before),
      'dense error, %': denseError,
      'error, %': prunedError,
      'error, points above dense': prunedError - denseError,
      'with int8: error, points above dense': int8Error - denseError,
    };
  },
};
