import { DlError } from '../core/errors.ts';

/** The one function of `node:fs/promises` that is used. */
interface FileSystem {
  readFile(path: string | URL): Promise<Uint8Array>;
}

/** The bytes of a file, wherever it is. @throws DlError `missing` where it cannot be had, `usage` for what names no file */
export async function readSource(source: string | URL | ArrayBuffer | Uint8Array): Promise<Uint8Array> {
  if (isBuffer(source)) return unshared(new Uint8Array(source));
  if (ArrayBuffer.isView(source)) return unshared(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  if ((typeof source !== 'string' && kindOf(source) !== 'URL') || source === '') throw noSource(source);
  const address = String(source);
  const fileSystem = nodeFileSystem();
  if (fileSystem && !/^(https?|blob|data):/.test(address)) return readFile(fileSystem, address);
  return fetchFile(address);
}

/** Also one of another realm: of a frame, or of a test runner that has globals of its own. */
function isBuffer(source: unknown): source is ArrayBuffer {
  return ['ArrayBuffer', 'SharedArrayBuffer'].includes(kindOf(source));
}

/** Browsers decode no text out of shared memory. */
function unshared(bytes: Uint8Array): Uint8Array {
  return kindOf(bytes.buffer) === 'SharedArrayBuffer' ? bytes.slice() : bytes;
}

/** `ArrayBuffer`, `URL`, `Response`, `Undefined` ... */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function noSource(source: unknown): DlError {
  const kind = kindOf(source);
  const inside: Readonly<Record<string, string>> = {
    Blob: ' Its bytes: await blob.arrayBuffer().',
    File: ' Its bytes: await file.arrayBuffer().',
    Response: ' Its bytes: await response.arrayBuffer().',
    Promise: ' Wait for it: await.',
    Array: ' Of a list of bytes: Uint8Array.from(list).',
  };
  const came =
    source === '' ? 'an empty text' : kind === 'Undefined' || kind === 'Null' ? kind.toLowerCase() : `a value of the kind ${kind}`;
  return new DlError('usage', `A model is read from a path, an address or bytes; got ${came}.${inside[kind] ?? ''}`);
}

/** Node's file system without importing it, so that a bundle for the browser holds nothing of it. */
function nodeFileSystem(): FileSystem | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.('node:fs/promises') as FileSystem | undefined;
}

async function readFile(fileSystem: FileSystem, address: string): Promise<Uint8Array> {
  try {
    return await fileSystem.readFile(address.startsWith('file:') ? new URL(address) : address);
  } catch (cause) {
    const why = (cause as { code?: string }).code === 'ENOENT' ? 'There is no model file' : 'Cannot read the model file';
    throw new DlError('missing', `${why} ${address}. npm run compress writes one and prints its path.`, { cause });
  }
}

async function fetchFile(address: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new DlError('missing', `Cannot fetch the model file ${address}: ${(cause as Error).message}.`, { cause });
  }
  if (!response.ok) throw new DlError('missing', `Cannot fetch the model file ${address}: the server answers ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
