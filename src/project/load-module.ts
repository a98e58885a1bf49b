import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';

/**
 * The default export of `<root>/<folder>/<name>.ts`.
 * @param kind what it is called in messages: `recipe`
 * @throws DlError `name` where there is no such file, `config` where it has no default export
 */
export async function loadFromFolder(root: string, folder: string, name: string, kind: string): Promise<unknown> {
  const names = listModules(join(root, folder));
  if (!names.includes(name)) {
    const asked = name ? `There is no ${kind} ${JSON.stringify(name)}.${didYouMean(name, names)}` : `No ${kind} is named.`;
    throw new DlError('name', `${asked} In ${folder}/ there are: ${names.join(', ') || 'none'}.`);
  }
  return loadDefaultExport(join(root, folder, `${name}.ts`), `${folder}/${name}.ts`);
}

/** @param shown the path as people see it */
export async function loadDefaultExport(path: string, shown: string): Promise<unknown> {
  const module = await load(path, shown);
  if (module.default !== undefined) return module.default;
  throw new DlError('config', `${shown} has no default export. Write: export default ...`);
}

async function load(path: string, shown: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Error) || !['SyntaxError', 'TransformError'].includes(error.name)) throw error;
    const where = error.message.replace(/^Transform failed.*\n/, '').replaceAll(path, shown);
    throw new DlError('config', `${shown} cannot be read. ${where}`, { cause: error });
  }
}

function listModules(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  return files.map((file) => file.slice(0, -3)).sort();
}
