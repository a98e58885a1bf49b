import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readWeights } from '../checkpoint/model-weights.ts';
import type { Features } from '../data/features.ts';
import type { ActivationRange, ModelFile, NamedWeight, WeightQuantization } from '../packed/model-file.ts';
import type { OptimizeFor } from '../packed/smallest-form.ts';
import type { StoredForms } from '../packed/stored-form.ts';
import { storedForms } from '../packed/stored-forms.ts';
import { writeModelFile } from '../packed/write-model-file.ts';
import { withPlainLayers } from './surgery/plain-layers.ts';
import { type Topology, topologyOf, withoutDefaults, withoutTrainingSettings } from './surgery/topology.ts';

/** What goes into the file beside the model; `loadLayersModel` gives it back under the same names. */
export interface PackOptions {
  readonly features: Features;
  /** @default {} */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The steps that made it small, as `{ name, options }`. @default [] */
  readonly recipe?: readonly unknown[];
  /** Of quantized weights, by weight name. @default none */
  readonly quantization?: ReadonlyMap<string, WeightQuantization>;
  /** Of static quantization, by layer. @default none */
  readonly activations?: ReadonlyMap<string, ActivationRange>;
  /** What the file may use besides dense float32. @default everything there is */
  readonly forms?: StoredForms;
  /** `size`: the smallest file. `speed`: nothing that has to be decoded bit by bit. @default 'size' */
  readonly optimizeFor?: OptimizeFor;
  /** What the techniques of a recipe say about the file. @default as it is */
  readonly encode?: (file: ModelFile) => ModelFile;
}

/**
 * The bytes of a model file: what `loadModel` and `loadLayersModel` read. Weights keep every bit; quantized layers become plain ones of
 * the values that they compute with.
 */
export async function packModel(model: LayersModel, options: PackOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { features, metrics = {}, recipe, quantization, activations, forms = storedForms, optimizeFor, encode } = options;
  const plain = withPlainLayers(model, withoutTrainingSettings(topologyOf(model)), await readWeights(model));
  const weights = new Map<string, NamedWeight>();
  for (const [name, weight] of plain.weights) weights.set(name, { ...weight, quantization: quantization?.get(name) });
  const file: ModelFile = { topology: plain.topology, features, metrics, recipe, weights, activations };
  const encoded = encode ? encode(file) : file;
  return writeModelFile({ ...encoded, topology: withoutDefaults(encoded.topology as Topology) }, forms, optimizeFor);
}
