import { cropInput, fineTune, fuseLayers, pipeline, pruneUnits, slim } from '../../src/compression/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import { predictSpeedUp } from '../support/predict-speed.ts';
import { cachePath, keptNet } from './kept-net.ts';
import type { PaperRow } from './paper-row.ts';

/** Samples that are predicted together. */
const batch = 64;

/** A larger rate and more decay than the dense net's: chosen on validation. */
const optimizer = { name: 'adamw', learningRate: 2e-3, weightDecay: 0.1 };

const slimTo = (weights: number) => [
  slim({ epochs: 6, strength: 1e-3 }),
  pruneUnits({ importance: 'batchNormScale', scope: 'global', target: { weights } }),
];

/** Which share of its weights each of the two passes leaves to the net that it finds. Chosen on validation. */
const left = [0.6, 0.18];

/** What the dense net did not see: digits a little moved, turned and resized. Chosen on validation. */
const augmentation = { cropPadding: 1, rotate: 8, zoom: 0.08 };

/**
 * The border is cut off. Then in two passes: scales pushed to 0, the units of the smallest scales removed (Liu et al., 2017). What is left is trained
 * on changed pictures; then its layers are fused. The dense net does not teach it: it knows upright digits in the middle alone.
 */
export const slimmingMlp: PaperRow = {
  name: 'slimming-mlp',
  paper: '84.4 % fewer weights, 1.43 -> 1.49 % (Liu et al., 2017)',
  triedOnValidation: 29,
  targets: [
    { figure: 'weights, % fewer', atLeast: 85 },
    { figure: 'error, points above dense', atMost: 0.1 },
    { figure: 'tfjs-wasm predict, x faster', atLeast: 3 },
  ],
  async measure({ dense, compress, error }, seed) {
    const net = await dense('slimming-mlp');
    const recipe = pipeline([cropInput(), ...left.flatMap(slimTo), fineTune({ epochs: 80, learningRateSchedule: 'cosine', augmentation })]);
    const path = cachePath('slim-mlp', { optimizer, left, augmentation }, seed);
    const slimmer = await keptNet(path, net, () => compress({ ...net, training: { ...net.training, optimizer } }, recipe));
    const fused = await compress(slimmer, fuseLayers());
    const [before, after] = [summarize(net.model).weights, summarize(slimmer.model).weights];
    const [denseError, slimError] = [await error(net), await error({ ...net, model: fused.model })];
    const faster = await predictSpeedUp(net.model, fused.model, net.features, batch);
    fused.model.dispose();
    slimmer.model.dispose();
    return {
      'weights, % fewer': 100 * (1 - after / before),
      'dense error, %': denseError,
      'error, %': slimError,
      'error, points above dense': slimError - denseError,
      'tfjs-wasm predict, x faster': faster,
    };
  },
};
