import { DlError } from '../core/errors.ts';

/** The one function of `node:fs/promises` that is used. */
interface FileSystem {
  readFile(path: string | URL): Promise<Uint8Array>;
}

/** The bytes of a file, wherever it is. @throws DlError `missing` where it cannot be had */
export async function readSource(source: string | URL | ArrayBuffer | Uint8Array): Promise<Uint8Array> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return source;
  const address = String(source);
  const fileSystem = nodeFileSystem();
  if (fileSystem && !/^(https?|blob|data):/.test(address)) return readFile(fileSystem, address);
  return fetchFile(address);
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
