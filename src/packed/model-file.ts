import type { SafetensorsFile } from './safetensors.ts';
import { sha256 } from './sha256.ts';

/** What `format` and `version` say in the metadata of the files we write. */
export const modelFileFormat = 'dl-project model';
export const modelFileVersion = '2';

/** A weight by its name, as float32. */
export interface NamedWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Set by quantization: the values are whole multiples of these scales, so that the file may hold whole numbers. */
  readonly quantization?: WeightQuantization;
}

/** value = whole number * scale, the product rounded to float32; symmetric, without a zero point. */
export interface WeightQuantization {
  /** 8: -127 to 127; 4: -7 to 7. */
  readonly bits: 8 | 4;
  /** One for the whole weight, or one per index of `axis`. */
  readonly scales: Float32Array;
  /** The axis of the output channels; the last one but for depthwise kernels. */
  readonly axis: number;
}

/** What a layer gives, as whole numbers of 7 bits: value = (number - zeroPoint) * scale, with numbers from 0 to 127. */
export interface ActivationRange {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A model with everything that is needed to use it. `Features` is described in data/features.ts; here it is opaque JSON. */
export interface ModelFile {
  /** Keras-style topology: `{ class_name, config }` of a Sequential or Functional model, after surgery. */
  readonly topology: unknown;
  /** Input shape, outputs, class names and preprocessing. */
  readonly features: unknown;
  /** Log values of the kept epoch, and whatever else is worth keeping. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The steps that made it small, as `{ name, options }`. @default [] */
  readonly recipe?: readonly unknown[];
  /** By name (`conv1/kernel`), in layer order. */
  readonly weights: ReadonlyMap<string, NamedWeight>;
  /** Of static quantization: by layer (the input layer too), what it gives. @default none */
  readonly activations?: ReadonlyMap<string, ActivationRange>;
}

/**
 * What `sha256` in the metadata of a checkpoint and of version 1 must be: the digest of key, 0 byte, value, 0 byte for each other
 * metadata entry, then of name, 0 byte, digest, 0 byte for each tensor; both in ascending order of key or name.
 *
 * @param hash SHA-256 as hexadecimal digits; Node's own is several times faster. @default ours, which runs everywhere
 */
export function digestOf({ tensors, metadata }: SafetensorsFile, hash: (bytes: Uint8Array) => string = sha256): string {
  const digests = Array.from(tensors, ([name, { bytes }]) => [name, hash(bytes)] as const);
  const text = [metadataText(metadata), ...digests.sort(byFirst).map(([name, digest]) => `${name}\0${digest}\0`)];
  return hash(new TextEncoder().encode(text.join('')));
}

/**
 * What `sha256` in the metadata must be: the digest of the rest of the metadata and of the tensors' names, types and shapes, then
 * that of each tensor in ascending order of the names; each a SHA-256 in 43 letters (base64url).
 */
export function digestsOf({ tensors, metadata }: SafetensorsFile): string {
  const sorted = [...tensors].sort(byFirst);
  const text = metadataText(metadata) + sorted.map(([name, { dtype, shape }]) => `${name}\0${dtype}\0${shape.join()}\0`).join('');
  const parts = [new TextEncoder().encode(text), ...sorted.map(([, { bytes }]) => bytes)];
  return parts.map((bytes) => sha256(bytes, 'base64url')).join('');
}

function metadataText(metadata: SafetensorsFile['metadata']): string {
  const entries = Object.entries(metadata).filter(([key]) => key !== 'sha256');
  return entries
    .sort(byFirst)
    .map(([key, value]) => `${key}\0${value}\0`)
    .join('');
}

function byFirst([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

const freeBytes = 2 ** 24;
const mostTimes = 1024;

/** What the weights of a file may take as float32: 16 MB, or 1,024 times the file. More is a bomb, not a model. */
export function largestDecodedBytes(fileBytes: number): number {
  return Math.max(freeBytes, mostTimes * fileBytes);
}
