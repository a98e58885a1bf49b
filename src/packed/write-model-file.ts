import { digestsOf, largestDecodedBytes, type ModelFile, modelFileFormat, modelFileVersion, type NamedWeight } from './model-file.ts';
import { float16Format } from './numbers/float16-format.ts';
import { type SafetensorsTensor, writeSafetensors } from './safetensors.ts';
import { type EncodedWeight, type OptimizeFor, smallestForm } from './smallest-form.ts';
import type { StoredForms } from './stored-form.ts';
import { entryToJson } from './weight-entry.ts';

/** A weight as the file has it. */
interface StoredWeight {
  /** In the list `weights`: the name alone where the tensor says everything. */
  readonly json: string | readonly unknown[];
  readonly tensor: SafetensorsTensor;
}

/**
 * The bytes of a model file: a safetensors file as described in docs/packed-file.md.
 *
 * @param forms what may be tried besides dense float32; each weight gets the smallest. @default nothing
 * @throws DlError `file` for a weight whose name cannot be written
 */
export function writeModelFile(model: ModelFile, forms: StoredForms = {}, optimizeFor: OptimizeFor = 'size'): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SafetensorsTensor>();
  const list: unknown[] = [];
  let decodedBytes = 0;
  for (const [name, weight] of model.weights) {
    const { json, tensor } = storedWeight(name, weight, forms, optimizeFor);
    tensors.set(name, tensor);
    list.push(json);
    decodedBytes += weight.values.byteLength;
  }
  const metadata = {
    format: modelFileFormat,
    version: modelFileVersion,
    topology: JSON.stringify(model.topology),
    features: JSON.stringify(model.features),
    metrics: JSON.stringify(model.metrics),
    ...(model.recipe && model.recipe.length > 0 && { recipe: JSON.stringify(model.recipe) }),
    ...(model.activations && model.activations.size > 0 && { activations: activationsToJson(model.activations) }),
    weights: JSON.stringify(list),
  };
  const file = { tensors, metadata: { ...metadata, sha256: digestsOf({ tensors, metadata }) } };
  const bytes = writeSafetensors(file);
  // Nobody would read it; and a net of this size that is nearly all zeros is not worth a form of its own.
  return decodedBytes > largestDecodedBytes(bytes.length) ? writeModelFile(model) : bytes;
}

function activationsToJson(activations: NonNullable<ModelFile['activations']>): string {
  return JSON.stringify(Array.from(activations, ([layer, { scale, zeroPoint }]) => [layer, scale, zeroPoint]));
}

/** The smallest form, or the smallest of ordinary tensors where that saves more of the header. */
function storedWeight(name: string, weight: NamedWeight, forms: StoredForms, optimizeFor: OptimizeFor): StoredWeight {
  const smallest = smallestForm(name, weight, forms, optimizeFor);
  const asItIs = asStored(smallest);
  if (smallest.entry.numbers.keepsQuantization) return asItIs;
  const numbers = (forms.numbers ?? []).filter((format) => format === float16Format);
  const plain = asStored(smallestForm(name, weight, { numbers }, optimizeFor));
  return sizeOf(plain) <= sizeOf(asItIs) ? plain : asItIs;
}

function asStored({ entry, bytes }: EncodedWeight): StoredWeight {
  const { name, layout, numbers, parts, shape } = entry;
  const dtype = { float32: 'F32', float16: 'F16' }[numbers.name];
  const isPlain = dtype !== undefined && layout.name === 'dense' && parts[0].coder.name === 'none';
  return isPlain
    ? { json: name, tensor: { dtype: dtype as 'F32' | 'F16', shape, bytes } }
    : { json: entryToJson(entry), tensor: { dtype: 'U8', shape: [bytes.length], bytes } };
}

function sizeOf({ json, tensor: { bytes, shape } }: StoredWeight): number {
  return bytes.length + JSON.stringify(JSON.stringify(json)).length + JSON.stringify(shape).length;
}
