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
  const names = listModules(root, folder);
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
    if (error instanceof DlError) throw error;
    throw new DlError('config', `${shown} cannot be read. ${describeFailure(error, path, shown)}`, { cause: error });
  }
}

/** What is wrong with a file, in a line, with the place in the project's code where that is known. */
function describeFailure(error: unknown, path: string, shown: string): string {
  if (!(error instanceof Error)) return `It throws ${String(error)}.`;
  const root = path.slice(0, -shown.length);
  const shorten = (text: string) => text.replaceAll(pathToFileURL(root).href, '').replaceAll(root, '');
  const message = shorten(error.message.replace(/^Transform failed.*\n/, '').replaceAll(path, shown));
  if (['SyntaxError', 'TransformError'].includes(error.name)) return message;
  const place = / \(?((?!node:|node_modules|file:|\/)[^\s()]+:\d+:\d+)\)?$/m.exec(shorten(error.stack ?? ''))?.[1];
  return `${place ? `${place}: ` : ''}${error.name}: ${message}`;
}

/** The names of the files in a folder of the project, without their ending. */
export function listModules(root: string, name: string): string[] {
  const folder = join(root, name);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  return files.map((file) => file.slice(0, -3)).sort();
}
