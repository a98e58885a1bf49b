import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { DlError } from '../../core/errors.ts';

const block = 512;

/**
 * Takes the files called `names` out of a `.tar.gz` archive and puts them flat into `folder`; everything else in it is passed over, so that
 * no archive can write elsewhere.
 * @throws DlError `data` if the archive is damaged or lacks one of them
 */
export async function extractTar(archive: string, folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const missing = new Set(names);
  let rest: Buffer = Buffer.alloc(0);
  let file: { readonly handle: FileHandle; readonly path: string } | undefined;
  let left = 0; // bytes of the current entry, padding included
  let wanted = 0; // of those, bytes of content
  const finish = async () => {
    if (!file) return;
    await file.handle.close();
    await rename(`${file.path}.part`, file.path);
    file = undefined;
  };
  const source = createReadStream(archive);
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      for (;;) {
        if (left > 0) {
          const taken = Math.min(left, rest.length);
          if (taken === 0) break;
          const content = Math.min(wanted, taken);
          if (content > 0) await file?.handle.write(rest, 0, content);
          wanted -= content;
          left -= taken;
          rest = rest.subarray(taken);
          if (left === 0) await finish();
          continue;
        }
        if (rest.length < block) break;
        const { name, size, isFile } = readHeader(rest, archive);
        rest = rest.subarray(block);
        left = Math.ceil(size / block) * block;
        wanted = size;
        if (!isFile || !missing.has(basename(name))) continue;
        missing.delete(basename(name));
        const path = join(folder, basename(name));
        file = { handle: await open(`${path}.part`, 'w'), path };
        if (left === 0) await finish();
      }
    }
  } catch (error) {
    if (error instanceof DlError || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    throw new DlError('data', `${archive} cannot be unpacked: ${(error as Error).message}. Delete it and fetch it again.`, {
      cause: error,
    });
  } finally {
    source.destroy();
    if (file) {
      await file.handle.close();
      await rm(`${file.path}.part`, { force: true });
    }
  }
  if (left > 0) throw new DlError('data', `${archive} is cut off. Delete it and fetch it again.`);
  if (missing.size > 0) throw new DlError('data', `${archive} does not hold ${[...missing].join(', ')}.`);
}

function readHeader(bytes: Buffer, archive: string): { name: string; size: number; isFile: boolean } {
  const text = (from: number, length: number) =>
    bytes
      .toString('latin1', from, from + length)
      .replace(/\0.*$/s, '')
      .trim();
  const size = text(124, 12);
  if (size !== '' && !/^[0-7]+$/.test(size))
    throw new DlError('data', `${archive} is damaged: it is no tar archive any more in the middle.`);
  return { name: text(0, 100), size: Number.parseInt(size || '0', 8), isFile: ['0', ''].includes(text(156, 1)) };
}
