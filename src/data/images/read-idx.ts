import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { fileError } from '../file-error.ts';

/** An array of bytes as an IDX file holds it. */
export interface IdxArray {
  /** `[60000, 28, 28]` for MNIST's training images, `[60000]` for their labels. */
  readonly shape: readonly number[];
  /** Row after row. */
  readonly values: Uint8Array;
}

const elementTypes: Record<number, string> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/** Deflate never makes data smaller than 1 : 1032 (a 258-byte copy takes at least 2 bits). */
const largestDeflateRatio = 1032;

/**
 * Reads an IDX file (LeCun, Cortes and Burges, 1998), plain or gzipped, told apart by its first bytes.
 * Before memory is taken, the size in the header is compared with the size of the file; gzipped data is inflated no further than that.
 * @throws DlError `missing` if there is no such file, `data` if it is damaged, not an IDX file or holds other elements than unsigned bytes
 */
export async function readIdx(file: string): Promise<IdxArray> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const start = Buffer.alloc(2);
    await handle.read(start, 0, 2, 0);
    const isGzip = start[0] === 0x1f && start[1] === 0x8b;
    return isGzip ? await readGzip(file, size) : await readPlain(file, handle, size);
  } catch (error) {
    throw fileError(file, error);
  } finally {
    await handle?.close();
  }
}

async function readPlain(file: string, handle: FileHandle, fileSize: number): Promise<IdxArray> {
  const start = Buffer.alloc(Math.min(fileSize, 4 + 4 * 255));
  await handle.read(start, 0, start.length, 0);
  const { shape, headerSize, size } = readHeader(file, start);
  checkSize(file, shape, size, fileSize - headerSize);
  const values = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(values, filled, size - filled, headerSize + filled);
    if (bytesRead === 0) checkSize(file, shape, size, filled); // the file became shorter meanwhile
    filled += bytesRead;
  }
  return { shape, values };
}

async function readGzip(file: string, fileSize: number): Promise<IdxArray> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = createReadStream(file);
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    return await inflate(file, fileSize, gunzip);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function inflate(file: string, fileSize: number, gunzip: Gunzip): Promise<IdxArray> {
  const chunks = gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async () => {
    const { done, value } = await chunks.next();
    return done ? undefined : value;
  };
  // The header may be spread over chunks, however small they are.
  let start = Buffer.alloc(0);
  for (let chunk = await next(); chunk; chunk = await next()) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= 4 && start.length >= 4 + 4 * start[3]) break;
  }
  const { shape, headerSize, size } = readHeader(file, start);
  if (size > fileSize * largestDeflateRatio) {
    throw new DlError(
      'data',
      `${file} cannot be right: its header promises ${promise(shape)}, more than ${formatBytes(fileSize)} of gzip can hold.`,
    );
  }
  const values = new Uint8Array(size);
  let filled = 0;
  for (let chunk: Buffer | undefined = start.subarray(headerSize); chunk; chunk = await next()) {
    if (filled + chunk.length > size) checkSize(file, shape, size, Number.POSITIVE_INFINITY);
    values.set(chunk, filled);
    filled += chunk.length;
  }
  checkSize(file, shape, size, filled);
  return { shape, values };
}

function readHeader(file: string, start: Buffer): { shape: number[]; headerSize: number; size: number } {
  const rank = start[3];
  if (start.length < 4 || start[0] !== 0 || start[1] !== 0 || !(start[2] in elementTypes) || rank === 0) {
    const bytes = start.length === 0 ? 'empty' : `not an IDX file: it begins with ${hex(start)}, not with 00 00 08`;
    throw new DlError('data', `${file} is ${bytes}.`);
  }
  if (start[2] !== 8) {
    throw new DlError('data', `${file} holds ${elementTypes[start[2]]}; only IDX files of unsigned bytes (type 08) are read.`);
  }
  const headerSize = 4 + 4 * rank;
  if (start.length < headerSize) {
    throw new DlError('data', `${file} is cut off: it ends within its header, after ${start.length} bytes. Fetch it again.`);
  }
  const shape = Array.from({ length: rank }, (_, axis) => start.readUInt32BE(4 + 4 * axis));
  return { shape, headerSize, size: shape.reduce((product, length) => product * length, 1) };
}

function checkSize(file: string, shape: readonly number[], size: number, found: number): void {
  if (found === size) return;
  const problem = found < size ? `is cut off after ${formatCount(found)} bytes` : 'has more';
  throw new DlError('data', `${file} ${problem}: its header promises ${promise(shape)} of data. Fetch it again.`);
}

function promise(shape: readonly number[]): string {
  return `${shape.join(' x ')} bytes`;
}

function hex(bytes: Buffer): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
