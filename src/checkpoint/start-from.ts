import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { StartSettings } from '../config/config-types.ts';
import { DlError } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import { freezeLayers } from '../layers/freeze.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { findRun, shownFolder } from '../runs/find-run.ts';
import { bestCheckpointPath } from './checkpoint-paths.ts';
import { loadWeightsInto, type NamedWeights } from './model-weights.ts';
import { parseCheckpoint } from './read-checkpoint.ts';

/** What to tell about it: a word, a name, and details. */
export type StartFact = readonly [word: string, name: string, detail: string];

const facts = new WeakMap<LayersModel, readonly StartFact[]>();

/** What `startFrom` did to a model, in lines for the user; none where it did nothing. */
export function startFactsOf(model: LayersModel): readonly StartFact[] {
  return facts.get(model) ?? [];
}

/**
 * Takes weights over and freezes layers. Where the last layer with weights has another shape than the saved one, as for other classes,
 * it keeps the weights that were drawn.
 *
 * @param root where runs and paths are looked up
 * @throws DlError `missing`, `name` or `file` where there are no such weights, `shape` naming the first layer that differs,
 *   `config` for layers to freeze that are not there, or all of them
 */
export function startFrom(model: LayersModel, { weights, freeze }: Partial<StartSettings>, root: string): void {
  const told: StartFact[] = [];
  if (weights) told.push(takeOverWeights(model, weights, root));
  if (freeze && freeze.length > 0) {
    const layers = freezeLayers(model, freeze);
    const count = layers.reduce((sum, layer) => sum + layer.countParams(), 0);
    const all = model.layers.filter((layer) => layer.weights.length > 0).length;
    told.push(['frozen', [freeze].flat().join(', '), `${layers.length} of ${all} layers, ${formatCount(count)} weights stay as they are`]);
  }
  facts.set(model, told);
}

function takeOverWeights(model: LayersModel, text: string, root: string): StartFact {
  const { path, shown } = checkpointOf(text, root);
  const { weights, epoch } = parseCheckpoint(readFileSync(path), shown);
  const head = headOf(model).filter(({ originalName, shape }) => String(weights.get(originalName)?.shape) !== String(shape));
  const drawn = new Map<string, NamedWeight>(
    (head.length > 0 ? headOf(model) : []).map((weight) => [
      weight.originalName,
      { shape: weight.shape as number[], values: weight.read().dataSync<'float32'>() },
    ]),
  );
  try {
    loadWeightsInto(model, { weights: new Map([...weights, ...drawn]) as NamedWeights });
  } catch (cause) {
    if (!(cause instanceof DlError)) throw cause;
    throw new DlError(cause.code, `model.weights=${text}: ${cause.message}`, { cause });
  }
  const [first] = head;
  const name = `${shown}, epoch ${epoch + 1}`;
  if (!first) return ['weights', name, 'all layers'];
  const layer = first.originalName.slice(0, first.originalName.lastIndexOf('/'));
  const before = `[${weights.get(first.originalName)?.shape.join(', ') ?? ''}]`;
  return ['weights', name, `${layer} is new: it was ${before}, it is [${first.shape.join(', ')}]`];
}

/** The weights of the last layer that has any. */
function headOf(model: LayersModel): LayersModel['weights'] {
  return model.layers.filter((layer) => layer.weights.length > 0).at(-1)?.weights ?? [];
}

/** @param text a checkpoint's path, from the project's folder or from where one is, or a run */
export function checkpointOf(text: string, root: string): { readonly path: string; readonly shown: string } {
  const file = [resolve(root, text), resolve(text)].find((path) => existsSync(path) && statSync(path).isFile());
  if (file) return { path: file, shown: shownFolder(root, file) };
  if (text.endsWith('.safetensors')) throw new DlError('missing', `model.weights=${text}: there is no such file.`);
  const { folder, record } = findRun(root, text, 'model.weights');
  const path = bestCheckpointPath({ path: (...parts) => join(folder, ...parts) });
  if (existsSync(path)) return { path, shown: shownFolder(root, folder) };
  throw new DlError('missing', `model.weights=${text}: the run ${record.id} has no ${shownFolder(root, path)}. Choose another.`);
}
