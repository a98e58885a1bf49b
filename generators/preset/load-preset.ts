import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UsageError } from '../engine/exit.ts';
import { quote } from '../engine/flags.ts';
import { filesOfFolder, type PackageFiles } from '../engine/package-files.ts';
import { parseJson } from '../engine/parse-json.ts';
import { checkPreset, type Fail, type PackageIdentity } from './check-preset.ts';
import { fetchPackage, integrityOf } from './fetch-package.ts';
import type { Preset } from './preset.ts';
import { textOfFile } from './preset-file.ts';

/** Where somebody stands, and where the project will lie. */
export interface PresetPlaces {
  readonly cwd: string;
  readonly folder: string;
}

/**
 * Finds, reads and checks what `--preset` names: a `.json` file, a folder or tarball with a `preset.json`, or a package,
 * taken from `node_modules` if it is installed where one stands or in the project, and from the registry else.
 * @throws UsageError where it cannot be had or is not sound
 */
export async function loadPreset(typed: string, places: PresetPlaces): Promise<Preset> {
  const path = pathOf(typed, places.cwd);
  if (path !== undefined) return readFromPath(typed, path, places);
  const [, name, wanted] = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~][\w.~-]*)(?:@([\w.+-]+))?$/.exec(typed) ?? [];
  if (!name) {
    throw new UsageError(
      `--preset is ${quote(typed)}; it is a JSON file (./preset.json), a package (@acme/dl-preset, @acme/dl-preset@1.2.0), or a path to its folder or tarball.`,
    );
  }
  const installed = findInstalled(name, wanted, places);
  if (installed) return readPackage(name, filesOfFolder(installed), { source: name });
  const tarball = await fetchPackage(typed, places.cwd);
  return readTarball(typed, tarball, name);
}

/** The absolute path, if a path is meant. */
function pathOf(typed: string, cwd: string): string | undefined {
  const path = typed.replace(/^file:(\/\/(?=\/))?/, '');
  const isPath =
    path !== typed || isAbsolute(path) || /^\.{0,2}[\\/]|^\.{1,2}$|\.(json|t?gz)$/.test(path) || existsSync(resolve(cwd, path));
  return isPath ? resolve(cwd, path) : undefined;
}

async function readFromPath(typed: string, path: string, { folder }: PresetPlaces): Promise<Preset> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    throw new UsageError(`--preset: there is no ${quote(typed)}. It is a JSON file, a folder or tarball with a preset.json, or a package.`);
  const source = `file:${relative(folder, path).replaceAll('\\', '/')}`;
  if (found.isDirectory()) return readPackage(typed, filesOfFolder(path), { source });
  if (path.endsWith('.json')) {
    const file = realpathSync(path); // its files lie beside it, not beside a link to it
    return build(dirname(typed), basename(file), filesOfFolder(dirname(file)), { source }, undefined);
  }
  return readTarball(typed, readFileSync(path), source);
}

async function readTarball(typed: string, bytes: Buffer, source: string): Promise<Preset> {
  const { filesOfTarball } = await import('../engine/tarball-files.ts');
  let files: PackageFiles;
  try {
    files = filesOfTarball(bytes);
  } catch (error) {
    throw new UsageError(`--preset: ${quote(typed)} is no tarball of a package (npm pack makes one): ${(error as Error).message}`);
  }
  return readPackage(typed, files, { source, integrity: integrityOf(bytes) });
}

type Origin = Pick<Preset, 'source' | 'integrity'>;

/** A folder with a `preset.json`; with a package.json it is a package, and has its name and version there. */
function readPackage(shown: string, files: PackageFiles, origin: Origin): Preset {
  return build(shown, 'preset.json', files, origin, identityOf(shown, files));
}

function build(shown: string, file: string, files: PackageFiles, origin: Origin, identity: PackageIdentity | undefined): Preset {
  const title = shown === '.' ? file : `${shown}/${file}`;
  const fail: Fail = (what) => {
    throw new UsageError(`${title}: ${what}`);
  };
  const bytes = readOr(fail, files, file) ?? fail(`there is no ${file} in it, so it is no preset.`);
  const declared = checkPreset(parseJson(textOfPreset(bytes, fail), title), title, identity);
  const texts = [...declared.files].map(([path, value]) => {
    if ('text' in value) return [path, textOfFile(path, Buffer.from(value.text), fail)] as const;
    const at = `files[${quote(path)}]`;
    if (isAbsolute(value.from) || /^[a-zA-Z]:|\\|(^|\/)\.\.(\/|$)/.test(value.from))
      fail(`${at} is ${quote(value.from)}; it is a path inside the preset, with "/".`);
    const found =
      readOr(fail, files, value.from.replace(/^(\.\/)+/, '')) ?? fail(`${at} is ${quote(value.from)}, which is not in the preset.`);
    return [path, textOfFile(path, found, fail)] as const;
  });
  return { ...declared, ...origin, files: new Map(texts) };
}

function readOr(fail: Fail, files: PackageFiles, path: string): Buffer | undefined {
  try {
    return files.read(path);
  } catch (error) {
    return fail(`${(error as Error).message}.`);
  }
}

function textOfPreset(bytes: Buffer, fail: Fail): string {
  return bytes.length > 5_000_000 ? fail('it has more than 5,000,000 bytes.') : bytes.toString('utf8');
}

function identityOf(shown: string, files: PackageFiles): PackageIdentity | undefined {
  const fail: Fail = (what) => {
    throw new UsageError(`${shown}: package.json: ${what}`);
  };
  const bytes = readOr(fail, files, 'package.json');
  if (!bytes) return undefined;
  const content = parseJson(bytes.toString('utf8'), `${shown}: package.json`) as Record<string, unknown> | null;
  const { name, version } = content ?? {};
  if (typeof name !== 'string' || typeof version !== 'string') return fail('a package has a name and a version.');
  return { name, version };
}

/** The folder of an installed package of that version, if one was asked for, looked for as Node does. */
function findInstalled(name: string, wanted: string | undefined, { folder, cwd }: PresetPlaces): string | undefined {
  return [folder, cwd]
    .flatMap((place) => upward(place))
    .map((place) => join(place, 'node_modules', name))
    .find((place) => {
      const version = installedVersion(place);
      return version !== undefined && (wanted === undefined || wanted === version);
    });
}

function upward(folder: string): string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];
}

function installedVersion(folder: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
