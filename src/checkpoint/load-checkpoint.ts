import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { registerLayers } from '../layers/register-layers.ts';
import { stableWeightNames } from '../layers/stable-weight-names.ts';
import type { StoredCheckpoint, TrainedModel } from './checkpoint.ts';
import { withLimitedWeights } from './limit-weights.ts';
import { readCheckpoint } from './read-checkpoint.ts';

/**
 * Rebuilds a model from a checkpoint: layers, weights equal to the bit, and what its training knew.
 *
 * @throws DlError `missing` where there is no file; `file` for one that is damaged, of another kind, or has layers that are not known
 */
export async function loadCheckpoint(path: string): Promise<TrainedModel> {
  return rebuildModel(await readCheckpoint(path), path);
}

/**
 * The second half of `loadCheckpoint`.
 * @param shownPath for the message of an error
 */
export async function rebuildModel({ topology, weights, ...rest }: StoredCheckpoint, shownPath: string): Promise<TrainedModel> {
  try {
    return { ...rest, model: await buildModel(topology, weights) };
  } catch (cause) {
    throw new DlError('file', `The model in ${shownPath} cannot be rebuilt: ${explain(cause)}`, { cause });
  }
}

/** The model of a topology with these weights. */
export async function buildModel(topology: unknown, weights: StoredCheckpoint['weights']): Promise<LayersModel> {
  registerLayers();
  const weightSpecs = Array.from(weights, ([name, { shape }]) => ({ name, shape: [...shape], dtype: 'float32' as const }));
  // Given with the topology, tfjs does not draw initial weights only to overwrite them.
  const weightData = await new Blob(Array.from(weights.values(), ({ values }) => values as Float32Array<ArrayBuffer>)).arrayBuffer();
  const load = async () => ({ modelTopology: topology as object, weightSpecs, weightData });
  const model = await withLimitedWeights(weightData.byteLength / 4, () => loadLayersModel({ load }));
  stableWeightNames(model);
  return model;
}

function explain(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const layer = /Unknown layer: (\w+)/.exec(text)?.[1];
  if (!layer) return text;
  return `it has a layer of the class ${layer}, which is not known here. Put it into the list of src/layers/index.ts, which src/project.ts hands to defineProject.`;
}
