import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { Layer } from './layers.ts';
import { matchNames } from './match-names.ts';

/** Names of layers, where `*` stands for any letters: `conv*`, `['conv*', 'dense1']`, or both names in one text with a comma between. */
export type LayerPatterns = string | readonly string[];

/** Layers that a setting froze: a saved model does not keep that. */
const frozen = new WeakSet<Layer>();

/**
 * Takes layers out of the training: their weights stay as they are, and their batch normalization uses its moving averages.
 * @param option how errors name it  @default 'model.freeze'
 * @returns the layers with weights that are frozen now
 * @throws DlError `config` for a pattern that matches no layer, and where nothing would be left to train
 */
export function freezeLayers(model: LayersModel, patterns: LayerPatterns, option = 'model.freeze'): Layer[] {
  const layers = matchLayers(model, patterns, option);
  const before = layers.map((layer) => layer.trainable);
  setTrainable(layers, false);
  if (model.trainableWeights.length === 0) {
    layers.forEach((layer, i) => {
      layer.trainable = before[i];
    });
    const last = allLayers(model).filter(({ weights }) => weights.length > 0);
    throw new DlError('config', `${option} freezes every layer, and nothing is left to train. Leave one out: ${last.at(-1)?.name}.`);
  }
  for (const layer of layers) frozen.add(layer);
  return layers.filter(({ weights }) => weights.length > 0);
}

/**
 * Puts layers that `freezeLayers` took out back into the training; others stay as their model has them.
 * @param option how errors name it
 * @throws DlError `config` for a pattern that matches no layer
 */
export function unfreezeLayers(model: LayersModel, patterns: LayerPatterns, option: string): void {
  const layers = matchLayers(model, patterns, option).filter((layer) => frozen.has(layer));
  setTrainable(layers, true);
  for (const layer of layers) frozen.delete(layer);
}

/** The description of a model as JSON, in which what a setting froze can be trained. */
export function topologyWithoutFreezing(model: LayersModel): string {
  const names = new Set(allLayers(model).flatMap((layer) => (frozen.has(layer) ? [layer.name] : [])));
  return JSON.stringify(model.toJSON(undefined, false), (_, value: unknown) => {
    const config = value as { name?: string; trainable?: boolean } | null;
    return config?.trainable === false && names.has(config.name ?? '') ? { ...config, trainable: true } : value;
  });
}

/**
 * The layers that patterns mean, in the model's order; those of models inside too.
 * @throws DlError `config` for a pattern that matches no layer
 */
export function matchLayers(model: LayersModel, patterns: LayerPatterns, option: string): Layer[] {
  const layers = allLayers(model);
  const names = layers.map(({ name }) => name);
  const texts = [patterns].flat().flatMap((text) => text.split(','));
  const matched = new Set(texts.flatMap((text) => matchNames(option, text.trim(), names)));
  return layers.filter(({ name }) => matched.has(name));
}

/** Those of models inside too; a model that is a layer counts as one. */
function allLayers(model: LayersModel): Layer[] {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  return layers.flatMap((layer) => ('layers' in layer ? [layer, ...allLayers(layer as LayersModel)] : [layer]));
}

function setTrainable(layers: readonly Layer[], trainable: boolean): void {
  for (const layer of layers) layer.trainable = trainable;
}
