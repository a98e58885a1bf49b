import { DlError } from '../core/errors.ts';

/**
 * Loads a package that a project installs only if it needs it.
 * @throws DlError `missing` that names the install command
 */
export async function importOptional<T>(name: string, load: () => Promise<T>, purpose: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const state = missing ? 'is not installed' : `does not load (${(error as Error).message.split('\n')[0]})`;
    throw new DlError('missing', `${purpose} needs the package ${name}, which ${state}. Type: npm install ${name}`, { cause: error });
  }
}
