import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format.ts';

export interface DownloadProgress {
  readonly url: string;
  /** Bytes that are there, those of an earlier attempt included. */
  readonly received: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

export interface DownloadFileOptions {
  /** Where the file goes. While it is not whole it is called `<to>.part`. */
  readonly to: string;
  /** Of the file's content, as hexadecimal digits. */
  readonly sha256: string;
  /** The size of the file. No more than this is taken, whatever the server says. */
  readonly bytes: number;
  /** Called now and then, and at the end. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** How often a connection that breaks is taken up again where it broke. @default 5 */
  readonly retries?: number;
  /** A connection that brings nothing for so long is given up. @default 30000 */
  readonly stallMilliseconds?: number;
}

/** The download cannot go on now, but may with another connection. */
class Interrupted extends Error {}

/**
 * Downloads a file and checks it: what is not whole stays as `<to>.part` and is gone on with, also by a later call; only what has the right checksum
 * gets the name `to`. A file that is there is not downloaded again.
 * @throws DlError `missing` without a connection or where the server does not have the file, with the steps to do it by hand;
 * `data` if what came is not the file
 */
export async function downloadFile(url: string, options: DownloadFileOptions): Promise<void> {
  const { to, retries = 5 } = options;
  if (await isThere(to)) return;
  await mkdir(dirname(to), { recursive: true });
  const part = `${to}.part`;
  let resumed = false;
  for (let attempt = 0; ; attempt++) {
    try {
      resumed = (await receive(url, part, options)) || resumed;
      const sum = await sha256Of(part);
      if (sum === options.sha256) break;
      await rm(part, { force: true });
      // A part of an older version of the file may have been gone on with.
      if (!resumed) throw wrongContent(url, options, `its SHA-256 is ${sum}, not ${options.sha256}`);
      resumed = false;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (attempt >= retries) throw noConnection(url, options, error.message);
      await new Promise((resolve) => setTimeout(resolve, Math.min(4000, 50 * 2 ** attempt)));
    }
  }
  await rename(part, to);
}

/**
 * Takes what is missing of the file.
 * @returns whether bytes of an earlier attempt were kept
 */
async function receive(url: string, part: string, options: DownloadFileOptions): Promise<boolean> {
  const { bytes, onProgress, stallMilliseconds = 30_000 } = options;
  const have = await sizeOf(part);
  if (have === bytes) return true;
  const start = have < bytes ? have : 0;
  const abort = new AbortController();
  let stall = setTimeout(() => abort.abort(), stallMilliseconds);
  const file = await open(part, start > 0 ? 'r+' : 'w');
  try {
    const response = await request(url, start, abort.signal, options);
    const kept = response.status === 206 && continuesAt(response, start);
    let received = kept ? start : 0;
    await file.truncate(received);
    for await (const chunk of response.body ?? []) {
      clearTimeout(stall);
      stall = setTimeout(() => abort.abort(), stallMilliseconds);
      if (received + chunk.length > bytes) {
        await file.truncate(0);
        throw wrongContent(url, options, `it is larger than ${bytes} bytes`);
      }
      await file.write(chunk, 0, chunk.length, received);
      received += chunk.length;
      onProgress?.({ url, received, total: bytes });
    }
    if (received < bytes) throw new Interrupted(`it ended after ${formatBytes(received)} of ${formatBytes(bytes)}`);
    await file.sync();
    return kept && start > 0;
  } catch (error) {
    if (error instanceof DlError || error instanceof Interrupted || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    throw new Interrupted(abort.signal.aborted ? 'it brought nothing any more' : reasonOf(error));
  } finally {
    clearTimeout(stall);
    abort.abort();
    await file.close();
  }
}

async function request(url: string, start: number, signal: AbortSignal, options: DownloadFileOptions): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) };
  const response = await fetch(url, { headers, signal });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 416 || response.status === 429 || response.status >= 500)
    throw new Interrupted(`the server answers ${response.status}`);
  throw noConnection(url, options, `the server answers ${response.status}`);
}

function continuesAt(response: Response, start: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${start}-`) ?? false;
}

async function sha256Of(path: string): Promise<string> {
  const hash: Hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}

function wrongContent(url: string, { to }: DownloadFileOptions, why: string): DlError {
  return new DlError(
    'data',
    `${url} is not the file that was expected: ${why}. Nothing was kept. Another mirror may help: DL_DATA_MIRROR (for ${to}).`,
  );
}

function noConnection(url: string, { to, sha256, bytes }: DownloadFileOptions, why: string): DlError {
  return new DlError(
    'missing',
    `Cannot download ${url}: ${why}. By hand: fetch it where there is a connection (${formatBytes(bytes)}, SHA-256 ${sha256}) ` +
      `and put it at ${to}. Or name a mirror: DL_DATA_MIRROR=<address>.`,
  );
}
