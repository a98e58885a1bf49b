import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';

/** The tfjs-node that is installed; equal to the other tfjs packages of a project. */
export const tfjsNodeVersion = '4.22.0';

/**
 * TensorFlow's C library and the compiled addon of tfjs-node, kept once per user and machine:
 * `libraries/` (0.6 GB) and `addon/`. A project's tfjs-node gets a link to the first and a copy of the second.
 */
export interface NativeLibrary {
  readonly folder: string;
  readonly libraries: string;
  readonly addon: string;
}

const unfinishedMark = '.unfinished-';

/** Where the library of this platform is kept, whether it is there or not. */
export function nativeLibrary(): NativeLibrary {
  const folder = join(cacheFolder(), 'native', `tfjs-node-${tfjsNodeVersion}-${process.platform}-${process.arch}`);
  return { folder, libraries: join(folder, 'libraries'), addon: join(folder, 'addon') };
}

/** Whether the library is kept; a folder appears only when complete. */
export function isKept(library: NativeLibrary): boolean {
  return existsSync(library.libraries) && existsSync(library.addon);
}

/**
 * Fills a new folder by `make` and lets it appear at once, so that a broken-off installation leaves nothing half-done.
 * @param make fills `libraries` and `addon` of the library it is given
 */
export async function keepLibrary(library: NativeLibrary, make: (unfinished: NativeLibrary) => Promise<void>): Promise<void> {
  removeAbandoned(library);
  const folder = `${library.folder}${unfinishedMark}${process.pid}`;
  const unfinished = { folder, libraries: join(folder, 'libraries'), addon: join(folder, 'addon') };
  mkdirSync(unfinished.libraries, { recursive: true });
  mkdirSync(unfinished.addon, { recursive: true });
  try {
    await make(unfinished);
    rmSync(library.folder, { recursive: true, force: true });
    renameSync(folder, library.folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an interrupted installation left: half a gigabyte. One that still runs keeps its folder. */
function removeAbandoned(library: NativeLibrary): void {
  const parent = dirname(library.folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const processId = name.startsWith(basename(library.folder) + unfinishedMark) && Number(name.split(unfinishedMark).at(-1));
    if (processId && !isRunning(processId)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** Puts the kept library into a project's tfjs-node: milliseconds, no disk space. */
export function linkLibrary(library: NativeLibrary, packageFolder: string): void {
  const { depsLib, addon } = placesInPackage(packageFolder);
  rmSync(depsLib, { recursive: true, force: true });
  mkdirSync(dirname(depsLib), { recursive: true });
  // tfjs-node's install script and `npm rebuild` look for the files here and, finding them, leave all as it is.
  symlinkSync(library.libraries, depsLib, 'junction');
  cpSync(library.addon, addon, { recursive: true });
}

/** Moves what tfjs-node's own install script has put into the package to where it is kept. */
export async function keepFromPackage(library: NativeLibrary, packageFolder: string): Promise<void> {
  const { depsLib, addon } = placesInPackage(packageFolder);
  if (lstatSync(depsLib).isSymbolicLink()) return;
  await keepLibrary(library, async (unfinished) => {
    cpSync(depsLib, unfinished.libraries, { recursive: true, verbatimSymlinks: true });
    cpSync(addon, unfinished.addon, { recursive: true });
  });
  linkLibrary(library, packageFolder);
}

function placesInPackage(packageFolder: string) {
  return { depsLib: join(packageFolder, 'deps', 'lib'), addon: join(packageFolder, 'lib') };
}
