import { DlError } from '../core/errors.ts';
import { decodeWeight } from './decode-weight.ts';
import {
  type ActivationRange,
  digestOf,
  digestsOf,
  largestDecodedBytes,
  type ModelFile,
  modelFileFormat,
  modelFileVersion,
  type NamedWeight,
} from './model-file.ts';
import { wordsOfHalfBytes } from './numbers/half.ts';
import { float32Values, readSafetensors, type SafetensorsFile, type SafetensorsTensor } from './safetensors.ts';
import { parseUntrustedJson } from './untrusted-json.ts';
import { version1Weight } from './version-1.ts';
import { describeEntry, entryFromJson, isShape, type WeightEntry } from './weight-entry.ts';

/** How a weight lies in a file. */
export interface StoredWeight {
  /** Layout, number format and coders: `gaps, codebook, huffman`; `float32` for an ordinary tensor. */
  readonly form: string;
  /** Size of its tensor, without the header. */
  readonly sizeBytes: number;
}

/** What was read: the model, and how its weights were stored. */
export interface ReadModelFile extends ModelFile {
  readonly recipe: readonly unknown[];
  readonly activations: ReadonlyMap<string, ActivationRange>;
  readonly stored: ReadonlyMap<string, StoredWeight>;
}

/** A weight of the list, before it is decoded. */
interface ListedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly form: string;
  readonly sizeBytes: number;
  decode(): NamedWeight;
}

/**
 * Reads a model file that may be damaged or hostile; the weights come back as float32, equal to the bit.
 *
 * @throws DlError `file`: what is wrong, or which version is needed
 */
export function readModelFile(bytes: Uint8Array): ReadModelFile {
  const file = readSafetensors(bytes);
  const listed = listWeights(file);
  checkDecodedSize(listed, bytes.length);
  return {
    topology: json(file, 'topology'),
    features: json(file, 'features'),
    metrics: metricsOf(file),
    recipe: file.metadata.recipe === undefined ? [] : list(file, 'recipe'),
    activations: file.metadata.activations === undefined ? new Map() : activationsOf(file),
    weights: new Map(listed.map((weight) => [weight.name, decoded(weight)])),
    stored: new Map(listed.map(({ name, form, sizeBytes }) => [name, { form, sizeBytes }])),
  };
}

/** The weights of a file whose digests are right; every tensor belongs to one of them. */
function listWeights(file: SafetensorsFile): ListedWeight[] {
  const { format, version } = file.metadata;
  if (format !== modelFileFormat) {
    throw new DlError(
      'file',
      'This safetensors file holds no model of dl-project: "format" is not in its metadata. Give a file that saveModel or compress wrote.',
    );
  }
  if (version !== '1' && version !== modelFileVersion) {
    throw new DlError(
      'file',
      `The model file has version ${version}; this release of dl-project reads ${modelFileVersion} and older. Update dl-project.`,
    );
  }
  const expected = version === '1' ? digestOf(file) : digestsOf(file);
  if (file.metadata.sha256 !== expected) throw damaged('its contents do not match its sha256');
  const unread = new Map(file.tensors);
  const take = (name: string): SafetensorsTensor | undefined => {
    const tensor = unread.get(name);
    unread.delete(name);
    return tensor;
  };
  const listed = list(file, 'weights').map((item) => (version === '1' ? listedVersion1(item, take) : listedWeight(item, take)));
  const [stray] = unread.keys();
  if (stray !== undefined) throw damaged(`the tensor ${JSON.stringify(stray)} belongs to no weight`);
  return listed;
}

function listedWeight(item: unknown, take: (name: string) => SafetensorsTensor | undefined): ListedWeight {
  const entry = Array.isArray(item) ? entryFromJson(item) : undefined;
  const name = entry?.name ?? item;
  const tensor = typeof name === 'string' ? take(name) : undefined;
  if (!tensor) throw damaged(`its weights list ${JSON.stringify(item)?.slice(0, 80)}, but there is no such tensor, or no more`);
  return entry ? fromEntry(entry, tensor) : fromPlain(name as string, tensor);
}

function listedVersion1(item: unknown, take: (name: string) => SafetensorsTensor | undefined): ListedWeight {
  const { entry, bytes } = version1Weight(item, take);
  return fromEntry(entry, { dtype: 'U8', shape: [bytes.length], bytes });
}

function fromEntry(entry: WeightEntry, { dtype, bytes }: SafetensorsTensor): ListedWeight {
  const { name, shape } = entry;
  if (dtype !== 'U8') throw damaged(`the weight ${JSON.stringify(name)} has a tensor of ${dtype}, expected U8`);
  return { name, shape, form: describeEntry(entry), sizeBytes: bytes.length, decode: () => decodeWeight(entry, bytes) };
}

/** An ordinary tensor. */
function fromPlain(name: string, tensor: SafetensorsTensor): ListedWeight {
  const { dtype, shape, bytes } = tensor;
  if ((dtype !== 'F32' && dtype !== 'F16') || !isShape(shape)) {
    throw damaged(`the weight ${JSON.stringify(name)} is an ordinary tensor of ${dtype} [${shape}]`);
  }
  const values = () => (dtype === 'F32' ? float32Values(tensor) : new Float32Array(wordsOfHalfBytes(bytes).buffer));
  return {
    name,
    shape,
    form: dtype === 'F32' ? 'float32' : 'float16',
    sizeBytes: bytes.length,
    decode: () => ({ shape, values: values() }),
  };
}

/** A small file must not fill the memory. */
function checkDecodedSize(listed: readonly ListedWeight[], fileBytes: number): void {
  const decodedBytes = listed.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, size) => product * size, 1), 0);
  const allowed = largestDecodedBytes(fileBytes);
  if (decodedBytes > allowed) throw damaged(`its weights would take ${decodedBytes} bytes; a file of ${fileBytes} may hold ${allowed}`);
}

function decoded({ name, decode }: ListedWeight): NamedWeight {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DlError)) throw error;
    throw new DlError('file', `Not a sound model file: the weight ${JSON.stringify(name)}: ${error.message}.`, { cause: error });
  }
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

function activationsOf(file: SafetensorsFile): Map<string, ActivationRange> {
  const ranges = new Map<string, ActivationRange>();
  for (const item of list(file, 'activations')) {
    const [layer, scale, zeroPoint] = Array.isArray(item) ? item : [];
    const isSound = typeof layer === 'string' && !ranges.has(layer) && scale > 0 && Number.isFinite(scale) && Number.isInteger(zeroPoint);
    if (!isSound || zeroPoint < 0 || zeroPoint > 127) throw damaged(`"activations" has the range ${JSON.stringify(item)?.slice(0, 80)}`);
    ranges.set(layer, { scale, zeroPoint });
  }
  return ranges;
}

function list(file: SafetensorsFile, key: string): unknown[] {
  const value = json(file, key);
  if (!Array.isArray(value)) throw damaged(`${JSON.stringify(key)} is not a list`);
  return value;
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a sound model file: ${what}.`);
}
