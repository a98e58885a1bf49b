import { DlError } from '../core/errors.ts';
import { parseUntrustedJson } from './untrusted-json.ts';

/** Bytes of one element; the names are safetensors'. These are the types we write, and the only ones we read. */
const elementBytes = { F32: 4, I32: 4, U32: 4, F16: 2, I16: 2, U16: 2, I8: 1, U8: 1 } as const;

/** The element types we write; the names are safetensors'. */
export type SafetensorsDtype = keyof typeof elementBytes;

export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Little-endian bytes of the elements, row after row. */
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** Every value a string; readers in other languages refuse anything else. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** As in the Rust reader: no header is longer. */
const maxHeaderBytes = 100_000_000;
const metadataKey = '__metadata__';

/**
 * The bytes of a safetensors file (Hugging Face, version 0.4 of the format): 8 bytes header length, JSON header, data.
 * Larger element types come first, each group in the order given, so that every tensor is aligned without gaps.
 *
 * @throws DlError `file` where a tensor's bytes do not fit its shape, or a name cannot be written
 */
export function writeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const ordered = [...file.tensors].sort(([, a], [, b]) => elementBytes[b.dtype] - elementBytes[a.dtype]);
  const header: Record<string, unknown> = {};
  if (Object.keys(file.metadata).length > 0) header[metadataKey] = checkedMetadata(file.metadata);
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of ordered) {
    checkName(name);
    const expected = byteLengthOf(name, dtype, shape);
    if (bytes.byteLength !== expected) throw wrongSize(name, dtype, shape, expected, bytes.byteLength);
    const start = end;
    end += expected;
    // Defined, not assigned: a tensor may be called `__proto__`.
    Object.defineProperty(header, name, { value: { dtype, shape, data_offsets: [start, end] }, enumerable: true });
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const result = new Uint8Array(dataStart + end);
  new DataView(result.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  result.fill(0x20, 8, dataStart).set(json, 8);
  let at = dataStart;
  for (const [, { bytes }] of ordered) {
    result.set(bytes, at);
    at += bytes.byteLength;
  }
  return result;
}

/**
 * Reads a safetensors file that may be damaged or hostile. The tensors are views into `file`: nothing is copied.
 *
 * @throws DlError `file` that says what is wrong
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length); // a Buffer of Node has a subarray and a slice of its own
  const { header, dataStart } = readHeader(bytes);
  const entries = Object.entries(header).filter(([name]) => name !== metadataKey);
  const located = entries.map(([name, entry]) => ({ name, ...checkedEntry(name, entry) }));
  located.sort((a, b) => a.start - b.start || a.end - b.end);
  const tensors = new Map<string, SafetensorsTensor>();
  let end = 0;
  for (const { name, dtype, shape, start, end: tensorEnd } of located) {
    if (start !== end) {
      throw damaged(`tensor ${quoted(name)} begins at byte ${start} of the data, but the one before ends at ${end}`);
    }
    end = tensorEnd;
    if (end > bytes.length - dataStart) {
      throw damaged(
        `tensor ${quoted(name)} ends at byte ${end} of the data, but there are only ${bytes.length - dataStart}; it seems to be cut off`,
      );
    }
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(dataStart + start, dataStart + end) });
  }
  if (end !== bytes.length - dataStart) throw damaged(`${bytes.length - dataStart - end} bytes at its end belong to no tensor`);
  return { tensors, metadata: checkedMetadata(header[metadataKey] ?? {}) };
}

/** The values of an `F32` tensor: a view where the bytes are aligned (always in files we wrote), else a copy. */
export function float32Values(tensor: SafetensorsTensor): Float32Array {
  if (tensor.dtype !== 'F32') throw new DlError('file', `Expected a tensor of F32, this one has ${tensor.dtype}.`);
  const { buffer, byteOffset, byteLength } = byteOffsetAligned(tensor.bytes, 4);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** The tensor of these values, sharing their memory. */
export function float32Tensor(values: Float32Array, shape: readonly number[] = [values.length]): SafetensorsTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function byteOffsetAligned(bytes: Uint8Array, alignment: number): Uint8Array {
  return bytes.byteOffset % alignment === 0 ? bytes : new Uint8Array(bytes);
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw damaged(`it has only ${bytes.length} bytes, the header alone needs more`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(bytes.length - 8, maxHeaderBytes))) {
    throw damaged(`its header claims ${length} bytes, the file has ${bytes.length}`);
  }
  const dataStart = 8 + Number(length);
  if (bytes[8] !== 0x7b) throw damaged('its header does not begin with {');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataStart));
  } catch (cause) {
    throw new DlError('file', 'Not a sound safetensors file: its header is not UTF-8.', { cause });
  }
  // It begins with {, so what parses is an object.
  return { header: parseUntrustedJson(text, 'The header of the safetensors file') as Record<string, unknown>, dataStart };
}

function checkedEntry(name: string, entry: unknown) {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype)) {
    throw damaged(`tensor ${quoted(name)} has the type ${quoted(dtype)}; read are ${Object.keys(elementBytes).join(', ')}`);
  }
  if (!isNaturalList(shape)) throw damaged(`tensor ${quoted(name)} has the shape ${quoted(shape)}`);
  if (!isNaturalList(offsets) || offsets.length !== 2) throw damaged(`tensor ${quoted(name)} has the offsets ${quoted(offsets)}`);
  const [start, end] = offsets;
  const expected = byteLengthOf(name, dtype as SafetensorsDtype, shape);
  if (end - start !== expected) throw wrongSize(name, dtype, shape, expected, end - start);
  return { dtype: dtype as SafetensorsDtype, shape, start, end };
}

function byteLengthOf(name: string, dtype: SafetensorsDtype, shape: readonly number[]): number {
  let length: number = elementBytes[dtype];
  for (const size of shape) {
    length *= size;
    if (length > Number.MAX_SAFE_INTEGER) throw damaged(`tensor ${quoted(name)} has the shape ${quoted(shape)}, more than any file holds`);
  }
  return length;
}

function isNaturalList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function checkedMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) throw damaged(`${metadataKey} is not an object`);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw damaged(`the metadata ${quoted(key)} is ${quoted(value)}; it must be a string`);
    if (hasLoneSurrogate(key) || hasLoneSurrogate(value)) throw damaged(`the metadata ${quoted(key)} is not valid Unicode`);
  }
  return metadata as Readonly<Record<string, string>>;
}

function checkName(name: string): void {
  if (name === metadataKey) throw new DlError('file', `A tensor cannot be called ${metadataKey}: that name holds the metadata.`);
  if (hasLoneSurrogate(name)) throw new DlError('file', `The tensor name ${quoted(name)} is not valid Unicode.`);
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function wrongSize(name: string, dtype: string, shape: readonly number[], expected: number, came: number): DlError {
  return damaged(`tensor ${quoted(name)} of ${dtype} ${JSON.stringify(shape)} takes ${expected} bytes, ${came} are given`);
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a sound safetensors file: ${what}.`);
}

/** A value for an error message, never longer than a line. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
