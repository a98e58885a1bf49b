import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import { quote } from './flags.ts';

/** Where a package comes from, as package.json's `dependencies` say it. */
export interface PackageSpec {
  /** `0.1.0`, `^1.2.0`, `next`, `file:../dl-project-0.1.0.tgz`, `https://.../dl-project.tgz`. */
  readonly text: string;
  readonly isFile: boolean;
}

/**
 * Reads `--runtime` or `--generator`: a version, range or tag, an address, or a tarball or package folder.
 * A path is relative to where the user stands (`cwd`) and is stored relative to the project.
 */
export async function readPackageSpec(
  flag: string,
  typed: string,
  packageName: string,
  from: { cwd: string; folder: string },
): Promise<PackageSpec> {
  if (/^(https?:|git[+:]|github:|npm:)\S+$/.test(typed)) return { text: typed, isFile: false };
  const path = typed.replace(/^file:(\/\/(?=\/))?/, '');
  if (path !== typed || looksLikePath(path) || existsSync(resolve(from.cwd, path))) {
    const absolute = resolve(from.cwd, path);
    await refuseWrongPackage(flag, absolute, packageName);
    const stored = relative(from.folder, absolute);
    return { text: `file:${(isAbsolute(stored) ? stored : stored || '.').replaceAll('\\', '/')}`, isFile: true };
  }
  if (/^[\w.~^<>=|*+ -]+$/.test(typed) && typed.length <= 100) return { text: typed, isFile: false };
  throw new UsageError(
    `--${flag} is ${quote(typed)}; it is a version (0.1.0, ^0.1.0), a tag (latest), an address (https://...), or a path to ${packageName}'s tarball or folder.`,
  );
}

function looksLikePath(text: string): boolean {
  return isAbsolute(text) || /^\.{0,2}[\\/]|^\.{1,2}$|\.t?gz$/.test(text);
}

async function refuseWrongPackage(flag: string, path: string, packageName: string): Promise<void> {
  if (!existsSync(path))
    throw new UsageError(`--${flag}: there is no ${quote(path)}. It is ${packageName}'s tarball or folder, or a version.`);
  let found: unknown;
  try {
    found = JSON.parse(await readPackageJson(path)).name;
  } catch {
    throw new UsageError(`--${flag}: ${quote(path)} is neither a package's folder nor its tarball (npm pack makes one).`);
  }
  if (found !== packageName) throw new UsageError(`--${flag}: ${quote(path)} holds ${quote(String(found))}, not ${packageName}.`);
}

async function readPackageJson(path: string): Promise<string> {
  if (statSync(path).isDirectory()) return readFileSync(join(path, 'package.json'), 'utf8');
  const { filesOfTarball } = await import('./tarball-files.ts');
  return String(filesOfTarball(readFileSync(path)).read('package.json'));
}
