import { existsSync, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { UsageError } from './exit.ts';
import { quote } from './flags.ts';
import { refuseName } from './project-name.ts';

/** Where a project goes. */
export interface Destination {
  /** Absolute path. */
  readonly folder: string;
  /** The last part of the path: the project's name. */
  readonly name: string;
  /** The path as one types it after `cd`; empty for the folder one stands in. */
  readonly shown: string;
}

/** Files that a fresh folder may hold without being asked about: they are nobody's work. */
const harmless = ['.git', '.DS_Store', 'Thumbs.db', 'desktop.ini'];

/** In bytes, what the strictest systems take: macOS of a whole path, Linux of one name in it. */
const [longestPath, longestPart] = [1_000, 255];

/**
 * Reads the path a user typed. It must stay inside the folder the user stands in, links followed, and end in a valid name.
 * `packages` are the packages the project installs; none of them can be its name.
 */
export function readDestination(typed: string, cwd: string, packages: readonly string[]): Destination {
  if (typed === '' || typed.includes('\0'))
    throw new UsageError(`${quote(typed)} is not a path. Type a name: npm create dl-project my-app`);
  const folder = resolve(cwd, typed);
  if (Buffer.byteLength(folder) > longestPath || folder.split(sep).some((part) => Buffer.byteLength(part) > longestPart))
    throw new UsageError(refuseName(basename(folder), packages) ?? `${quote(typed)} is too long for a path. Give a shorter name.`);
  const inside = relative(realpath(cwd), realpath(folder));
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new UsageError(
      `${quote(typed)} leaves the folder you are in (${cwd}). Go to the folder that shall hold the project, and give its name.`,
    );
  }
  const shown = relative(cwd, folder);
  const parents = dirname(shown).split(sep);
  const wrongParent = parents.find(
    (part) => part !== '.' && part !== '' && (hasControls(part) || (!existsSync(folder) && refuseParent(part))),
  );
  if (wrongParent !== undefined)
    throw new UsageError(`${quote(wrongParent)} in ${quote(typed)} cannot be a folder's name on every system.`);
  const name = basename(folder);
  const refusal = refuseName(name, packages);
  if (refusal) throw new UsageError(refusal);
  const places = [folder, ...ancestors(folder, cwd)];
  const broken = places.find((path) => lookAt(path) && !existsSync(path));
  if (broken) throw new UsageError(`${quote(relative(cwd, broken))} is a link that leads nowhere.`);
  const file = places.find((path) => existsSync(path) && !statSync(path).isDirectory());
  if (file) throw new UsageError(`${quote(relative(cwd, file))} is a file. Give another name, or move the file away.`);
  return { folder, name, shown };
}

/** What lies in the folder already, apart from what nobody would miss; empty if there is no folder. */
export function presentFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => !harmless.includes(name));
}

/** What writing these files would meet in a folder. */
export interface Conflicts {
  /** Files that would be replaced. */
  readonly replaced: readonly string[];
  /** A folder where a file goes, a file or a link where a folder goes: never removed. */
  readonly blocked: readonly string[];
}

/** Compares files to be written with what is there. */
export function conflictsWith(folder: string, paths: Iterable<string>): Conflicts {
  const replaced: string[] = [];
  const blocked = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length++) {
      const part = parts.slice(0, length).join('/');
      const found = lookAt(resolve(folder, part));
      if (!found) break;
      if (length < parts.length ? !found.isDirectory() : found.isDirectory()) blocked.add(part);
      else if (length === parts.length) replaced.push(part);
    }
  }
  return { replaced, blocked: [...blocked] };
}

/** What lies at a path, a link not followed; nothing too where a part of the path is a file. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function refuseParent(part: string): boolean {
  return /[<>:"|?*\\]/.test(part) || /[. ]$/.test(part);
}

function hasControls(part: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(part);
}

/** The real path of a folder that may not exist yet: links in the part that exists are followed. */
function realpath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : resolve(realpath(parent), basename(path));
}

function ancestors(folder: string, cwd: string): string[] {
  const parent = dirname(folder);
  return parent === folder || parent === cwd ? [] : [parent, ...ancestors(parent, cwd)];
}
