import { DlError } from '../core/errors.ts';

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  Z_BUF_ERROR: 'it is cut off, fetch it again',
  Z_DATA_ERROR: 'its gzip data is damaged, fetch it again',
};

/** Says in one line why `file` could not be read; a DlError stays what it is. */
export function fileError(file: string, error: unknown): DlError {
  if (error instanceof DlError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new DlError('missing', `There is no file ${file}.`, { cause: error });
  return new DlError('data', `${file} cannot be read: ${reasons[code] ?? message}.`, { cause: error });
}
