import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readWeights } from '../checkpoint/model-weights.ts';
import { withPlainLayers } from '../compression/surgery/plain-layers.ts';
import { topologyOf, withoutTrainingSettings } from '../compression/surgery/topology.ts';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import { readSource } from '../inference/read-source.ts';
import type { ModelFile } from '../packed/model-file.ts';
import { readModelFile } from '../packed/read-model-file.ts';

/** A model to export: a packed file, by its path, address or bytes; or a layers model of tfjs. */
export type ModelSource = string | URL | Uint8Array | LayersModel;

/** What is to be known of a layers model; a packed file knows it itself. */
export interface ModelDescription {
  /** Input shape, classes and preprocessing; they go into the file's metadata. @default those of the packed file */
  readonly features?: Features;
  /** @default those of the packed file */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** @throws DlError `missing` where there is no file, `file` for a damaged one */
export async function modelOf(source: ModelSource, description: ModelDescription): Promise<ModelFile> {
  const isFile = typeof source === 'string' || source instanceof URL || source instanceof Uint8Array;
  const file = isFile ? await packedFile(source) : await layersModel(source);
  return { ...file, features: description.features ?? file.features, metrics: description.metrics ?? file.metrics };
}

async function packedFile(source: string | URL | Uint8Array): Promise<ModelFile> {
  const bytes = await readSource(source);
  try {
    return readModelFile(bytes);
  } catch (cause) {
    if (!(cause instanceof DlError) || source instanceof Uint8Array) throw cause;
    throw new DlError(cause.code, `${source}: ${cause.message}`, { cause });
  }
}

async function layersModel(model: LayersModel): Promise<ModelFile> {
  const plain = withPlainLayers(model, withoutTrainingSettings(topologyOf(model)), await readWeights(model));
  return { ...plain, features: undefined, metrics: {} };
}
