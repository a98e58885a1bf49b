import { DlError } from '../core/errors.ts';
import {
  digestOf,
  type ModelFile,
  modelFileFormat,
  modelFileVersion,
  type NamedWeight,
  sectionName,
  type WeightEntry,
} from './model-file.ts';
import { readSafetensors, type SafetensorsFile, type SafetensorsTensor } from './safetensors.ts';
import type { StoredForm } from './stored-form.ts';
import { storedForms } from './stored-forms.ts';
import { parseUntrustedJson } from './untrusted-json.ts';

/** How a weight lies in a file. */
export interface StoredWeight {
  /** The name of its stored form. */
  readonly form: string;
  /** Size of its sections, without the header. */
  readonly sizeBytes: number;
}

/** What was read: the model, and how its weights were stored. */
export interface ReadModelFile extends ModelFile {
  readonly recipe: readonly unknown[];
  readonly stored: ReadonlyMap<string, StoredWeight>;
}

const maxRank = 8;

/**
 * Reads a model file that may be damaged or hostile; the weights come back as float32, equal to the bit.
 *
 * @throws DlError `file`: what is wrong, or which version is needed
 */
export function readModelFile(bytes: Uint8Array): ReadModelFile {
  const file = readSafetensors(bytes);
  checkKind(file);
  const weights = new Map<string, NamedWeight>();
  const stored = new Map<string, StoredWeight>();
  const unread = new Set(file.tensors.keys());
  for (const entry of weightEntries(file)) {
    const sections = sectionsOf(entry, file, unread);
    weights.set(entry.name, { shape: entry.shape, values: decode(entry, sections) });
    const sizeBytes = Object.values(sections).reduce((sum, section) => sum + section.bytes.length, 0);
    stored.set(entry.name, { form: entry.form, sizeBytes });
  }
  const [stray] = unread;
  if (stray !== undefined) throw damaged(`the tensor ${JSON.stringify(stray)} belongs to no weight`);
  return {
    topology: json(file, 'topology'),
    features: json(file, 'features'),
    metrics: metricsOf(file),
    recipe: list(file, 'recipe'),
    weights,
    stored,
  };
}

function checkKind({ tensors, metadata }: SafetensorsFile): void {
  if (metadata.format !== modelFileFormat) {
    throw new DlError(
      'file',
      'This safetensors file holds no model of dl-project: "format" is not in its metadata. Give a file that saveModel or compress wrote.',
    );
  }
  if (metadata.version !== modelFileVersion) {
    throw new DlError(
      'file',
      `The model file has version ${metadata.version}; this release of dl-project reads ${modelFileVersion}. Update dl-project.`,
    );
  }
  if (metadata.sha256 !== digestOf({ tensors, metadata })) throw damaged('its contents do not match its sha256');
}

function weightEntries(file: SafetensorsFile): WeightEntry[] {
  const names = new Set<string>();
  return list(file, 'weights').map((value, i) => {
    const { name, shape, form } = (value ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || typeof form !== 'string' || !isShape(shape)) throw damaged(`entry ${i} of its weights is not one`);
    if (names.has(name)) throw damaged(`the weight ${JSON.stringify(name)} is listed twice`);
    names.add(name);
    return value as WeightEntry;
  });
}

function sectionsOf(entry: WeightEntry, file: SafetensorsFile, unread: Set<string>): Record<string, SafetensorsTensor> {
  const sections: Record<string, SafetensorsTensor> = {};
  for (const section of formOf(entry).sections) {
    const key = sectionName(entry.name, section);
    const tensor = file.tensors.get(key);
    if (!tensor || !unread.delete(key)) throw damaged(`the weight ${JSON.stringify(entry.name)} lacks its tensor ${JSON.stringify(key)}`);
    sections[section] = tensor;
  }
  return sections;
}

function decode(entry: WeightEntry, sections: Record<string, SafetensorsTensor>): Float32Array {
  const { name, shape, form: _, ...rest } = entry;
  const parameters: Record<string, number> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (!Number.isSafeInteger(value)) throw damaged(`the weight ${JSON.stringify(name)} has no whole number as ${JSON.stringify(key)}`);
    parameters[key] = value as number;
  }
  try {
    return formOf(entry).decode({ sections, parameters }, shape);
  } catch (error) {
    if (!(error instanceof DlError)) throw error;
    throw new DlError('file', `Not a sound model file: the weight ${JSON.stringify(name)}: ${error.message}.`, { cause: error });
  }
}

function formOf({ name, form }: WeightEntry): StoredForm {
  const found = storedForms.find((one) => one.name === form);
  if (found) return found;
  const known = storedForms.map((one) => one.name).join(', ');
  throw new DlError(
    'file',
    `The weight ${JSON.stringify(name)} is stored as ${JSON.stringify(form)}; this release of dl-project reads ${known}. Update dl-project.`,
  );
}

function isShape(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length > maxRank || !value.every((size) => Number.isSafeInteger(size) && size >= 0)) return false;
  return value.reduce((a, b) => a * b, 1) < 2 ** 31;
}

function json(file: SafetensorsFile, key: string): unknown {
  const text = file.metadata[key];
  if (text === undefined) throw damaged(`${JSON.stringify(key)} is missing in its metadata`);
  return parseUntrustedJson(text, `${JSON.stringify(key)} in the model file`);
}

function metricsOf(file: SafetensorsFile): Record<string, number> {
  const metrics = json(file, 'metrics');
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) throw damaged('"metrics" is not an object');
  // JSON has no NaN: it was written as null.
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, typeof value === 'number' ? value : Number.NaN]));
}

function list(file: SafetensorsFile, key: string): unknown[] {
  const value = json(file, key);
  if (!Array.isArray(value)) throw damaged(`${JSON.stringify(key)} is not a list`);
  return value;
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a sound model file: ${what}.`);
}
