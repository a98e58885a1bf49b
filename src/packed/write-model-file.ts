import { DlError } from '../core/errors.ts';
import { denseForm } from './dense-form.ts';
import {
  digestOf,
  type ModelFile,
  modelFileFormat,
  modelFileVersion,
  type NamedWeight,
  sectionName,
  type WeightEntry,
} from './model-file.ts';
import { type SafetensorsTensor, writeSafetensors } from './safetensors.ts';
import type { EncodedWeight, StoredForm } from './stored-form.ts';

/**
 * The bytes of a model file: a safetensors file as described in docs/packed-file.md.
 *
 * @param forms the stored forms to try; each weight gets the smallest. Dense is always tried. @default dense only
 */
export function writeModelFile(model: ModelFile, forms: readonly StoredForm[] = []): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SafetensorsTensor>();
  const entries: WeightEntry[] = [];
  for (const [name, weight] of model.weights) {
    const { form, encoded } = smallestForm(name, weight, new Set([denseForm, ...forms]));
    entries.push({ name, shape: weight.shape, form: form.name, ...encoded.parameters });
    for (const section of form.sections) {
      const key = sectionName(name, section);
      if (tensors.has(key)) throw new DlError('file', `Two weights need a section named ${JSON.stringify(key)}; rename a layer.`);
      tensors.set(key, encoded.sections[section]);
    }
  }
  const metadata = {
    format: modelFileFormat,
    version: modelFileVersion,
    topology: JSON.stringify(model.topology),
    features: JSON.stringify(model.features),
    metrics: JSON.stringify(model.metrics),
    recipe: JSON.stringify(model.recipe ?? []),
    weights: JSON.stringify(entries),
  };
  return writeSafetensors({ tensors, metadata: { ...metadata, sha256: digestOf({ tensors, metadata }) } });
}

/** By bytes in the file, the header included: a small weight is not worth the header of two sections. */
function smallestForm(name: string, weight: NamedWeight, forms: Iterable<StoredForm>) {
  let best: { form: StoredForm; encoded: EncodedWeight; sizeBytes: number } | undefined;
  for (const form of forms) {
    const encoded = form.encode(weight);
    if (!encoded) continue;
    let sizeBytes = JSON.stringify(encoded.parameters).length;
    for (const section of form.sections) {
      const { bytes, dtype, shape } = encoded.sections[section];
      sizeBytes += bytes.length + JSON.stringify({ [sectionName(name, section)]: { dtype, shape, data_offsets: [1e5, 1e5] } }).length;
    }
    if (!best || sizeBytes < best.sizeBytes) best = { form, encoded, sizeBytes };
  }
  if (!best) throw new DlError('file', `No stored form can hold the weight ${name}.`);
  return best;
}
