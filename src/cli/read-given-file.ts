import { readFile, stat } from 'node:fs/promises';
import { DlError } from '../core/errors.ts';

/**
 * The bytes of a file that was named on the command line.
 * @param remedy what to give instead, a sentence
 * @throws DlError `missing` for what is not there, cannot be read or is no file: a folder, or a device without an end
 */
export async function readGivenFile(path: string, remedy: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (found.isFile()) return await readFile(path);
    throw new DlError('missing', `${path} is ${found.isDirectory() ? 'a folder' : 'no file'}. ${remedy}`);
  } catch (cause) {
    if (cause instanceof DlError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new DlError('missing', `${path} ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}. ${remedy}`, { cause });
  }
}

/** Puts the file's name before what is wrong with it. */
export async function naming<Result>(path: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DlError && error.code === 'file') throw new DlError('file', `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
