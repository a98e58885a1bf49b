import { readFile } from 'node:fs/promises';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import type { WeightQuantization } from '../packed/model-file.ts';
import { type ReadModelFile, readModelFile } from '../packed/read-model-file.ts';

/** A packed model, back in tfjs. */
export interface LoadedLayersModel {
  /** Weights equal to the bit. To be disposed by the caller. */
  readonly model: LayersModel;
  readonly features: Features;
  readonly metrics: Readonly<Record<string, number>>;
  readonly recipe: ReadModelFile['recipe'];
  /** How the weights of quantized layers lie, by weight name; empty without quantization. */
  readonly quantization: ReadonlyMap<string, WeightQuantization>;
  /** Of static quantization: by layer, what it gives. */
  readonly activations: ReadModelFile['activations'];
}

/**
 * Loads a packed model file as a tfjs layers model: to train on, or to export.
 * To predict only, `loadModel` of `dl-project/inference` is faster and needs no tfjs.
 *
 * @param file the path of a file that `compress` wrote, or its bytes
 * @throws DlError `missing` where there is no file, `file` for a damaged one
 */
export async function loadLayersModel(file: string | URL | Uint8Array): Promise<LoadedLayersModel> {
  const read = readModelFile(file instanceof Uint8Array ? file : await readBytes(file));
  const { topology, features, metrics, recipe, activations, weights } = read;
  const quantized = [...weights].filter(([, { quantization }]) => quantization);
  const quantization = new Map(quantized.map(([name, weight]) => [name, weight.quantization as WeightQuantization]));
  try {
    const model = await buildModel(topology, weights);
    return { model, features: features as Features, metrics, recipe, quantization, activations };
  } catch (cause) {
    throw new DlError('file', `The model in the file cannot be built: ${(cause as Error).message}`, { cause });
  }
}

async function readBytes(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DlError('missing', `There is no model file ${path}. compress writes one: npm run compress`, { cause });
  }
}
