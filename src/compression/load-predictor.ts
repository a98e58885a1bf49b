import { stat } from 'node:fs/promises';
import { loadBestModel } from '../checkpoint/load-run-model.ts';
import { DlError } from '../core/errors.ts';
import { formatBytes } from '../core/format.ts';
import type { Features } from '../data/features.ts';
import { loadModel } from '../inference/load-model.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import { describeOutputs, type Prediction, predictOne } from '../training/predict.ts';
import { findPackedModel, packedModels } from './find-packed-model.ts';
import { loadLayersModel } from './load-layers-model.ts';

/** What predicts for a training. */
export interface Predictor {
  readonly features: Features;
  /** In words: `deep-compression, 41.2 KB, in the engine`. */
  readonly source: string;
  /** @param inputs one preprocessed sample */
  predict(inputs: Float32Array): Prediction;
}

/**
 * The packed file of the newest `npm run compress` by the engine, or by tfjs where it has layers that the engine does not know; the best
 * epoch by tfjs where nothing was compressed.
 *
 * @param recipe which packed file; `none` for the best epoch. @default the newest
 * @throws DlError `missing` where the training was not compressed by that recipe, `file` where its packed file is damaged
 */
export async function loadPredictor(run: Run<unknown>, recipe = ''): Promise<Predictor> {
  if (recipe === 'none' || (recipe === '' && packedModels(run).length === 0)) {
    const { model, features } = await loadBestModel(run);
    return { features, source: 'the best epoch, in tfjs', predict: (inputs) => predictOne(model, inputs, features) };
  }
  const { path, recipe: name } = findPackedModel(run, recipe);
  const what = `${name}, ${formatBytes((await stat(path)).size)}`;
  try {
    const model = await loadModel(path);
    const features: Features = model.features;
    return { features, source: `${what}, in the engine`, predict: (inputs) => describeOutputs(model.compute(inputs), features) };
  } catch (error) {
    if (error instanceof DlError && error.code === 'file') {
      const again = scriptCommand('compress', `recipe=${name}`);
      throw new DlError('file', `${error.message} Write it anew: ${again}`, { cause: error });
    }
    if (!(error instanceof DlError) || error.code !== 'refused') throw error;
    const { model, features } = await loadLayersModel(path);
    return { features, source: `${what}, in tfjs`, predict: (inputs) => predictOne(model, inputs, features) };
  }
}
