import { readFileSync } from 'node:fs';
import type { AnyConfig } from '../config/config-types.ts';
import { matchNames } from '../layers/match-names.ts';
import { requireRatedWeights } from '../optimizers/weight-settings.ts';
import { parseCheckpoint } from './read-checkpoint.ts';
import { checkpointOf } from './start-from.ts';

/**
 * Refuses a start that cannot be, before any data is read: weights that are not there or are damaged, and patterns that mean none of their
 * layers. Without `model.weights` nobody knows the layers before the model is built for the data; it is told then.
 *
 * @throws DlError as `startFrom`
 */
export function checkStart({ model, training, callbacks }: AnyConfig, root: string): void {
  if (!model.weights) return;
  const { path, shown } = checkpointOf(model.weights, root);
  const { weights, topology } = parseCheckpoint(readFileSync(path), shown);
  const layers = layerNames(topology);
  const check = (option: string, patterns: unknown) => {
    const texts = [patterns ?? []].flat().filter((text) => typeof text === 'string');
    for (const pattern of texts.flatMap((text) => text.split(','))) matchNames(option, pattern.trim(), layers);
  };
  check('model.freeze', model.freeze);
  check('callbacks.unfreeze.layers', (callbacks as { unfreeze?: { layers?: unknown } }).unfreeze?.layers);
  requireRatedWeights(training.optimizer.learningRateMultipliers ?? {}, [...weights.keys()]);
}

/** Those of models inside too, as `freezeLayers` finds them. */
function layerNames(topology: unknown): string[] {
  const { layers = [] } =
    (topology as { config?: { layers?: readonly { class_name?: string; config?: { name?: string } }[] } }).config ?? {};
  const named = layers.filter((layer) => layer.class_name !== 'InputLayer');
  return named.flatMap((layer) => [layer.config?.name ?? [], layerNames(layer)].flat());
}
