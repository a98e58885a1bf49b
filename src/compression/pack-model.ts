import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readWeights } from '../checkpoint/model-weights.ts';
import type { Features } from '../data/features.ts';
import type { ModelFile } from '../packed/model-file.ts';
import type { StoredForm } from '../packed/stored-form.ts';
import { writeModelFile } from '../packed/write-model-file.ts';
import { topologyOf, withoutTrainingSettings } from './topology.ts';

export interface PackOptions {
  readonly features: Features;
  /** @default {} */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The steps that made it small, as `{ name, options }`. @default [] */
  readonly recipe?: readonly { readonly name: string; readonly options: object }[];
  /** Stored forms to try besides dense. @default none */
  readonly forms?: readonly StoredForm[];
  /** What the techniques of a recipe say about the file. @default as it is */
  readonly encode?: (file: ModelFile) => ModelFile;
}

/** The bytes of a model file: what `loadModel` and `loadLayersModel` read. Weights keep every bit. */
export async function packModel(
  model: LayersModel,
  { features, metrics = {}, recipe, forms, encode = (file) => file }: PackOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const topology = withoutTrainingSettings(topologyOf(model));
  return writeModelFile(encode({ topology, features, metrics, recipe, weights: await readWeights(model) }), forms);
}
