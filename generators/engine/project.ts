import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Base, Reader } from './changes.ts';
import { lookAt } from './destination.ts';
import { UsageError } from './exit.ts';
import type { FileMap } from './file-map.ts';
import { blobId, type Manifest, manifestPath, parseManifest } from './manifest.ts';
import { gitEnvironment } from './run-command.ts';

/** A folder as it is now, for comparing with what shall be there. */
export interface Project {
  readonly current: Reader;
  /** What was rendered before; empty for a folder that is none of our projects. */
  readonly base: Base;
  /** Undefined for a folder that is none of our projects. */
  readonly manifest: Manifest | undefined;
}

/**
 * Looks at a folder, which may be missing, without touching it; call `recover` first where it will be changed. The text a
 * file had when it was rendered comes from the project's git history; where that does not have it, from `rendered`, what our
 * templates make of the recorded answers today. Either counts only if it has the id of the manifest.
 */
export function openProject(folder: string, rendered?: () => FileMap | undefined): Project {
  const current = (path: string) => readText(folder, path);
  const manifestText = current(manifestPath);
  const manifest = manifestText === undefined ? undefined : parseManifest(manifestText);
  const ids = new Map(Object.entries(manifest?.files ?? {}));
  let files: FileMap | undefined;
  const text = (path: string) => {
    const id = ids.get(path);
    if (id === undefined) return undefined;
    const stored = fromHistory(folder, id);
    if (stored !== undefined) return stored;
    files ??= rendered?.() ?? new Map();
    const again = files.get(path);
    return again !== undefined && blobId(again) === id ? again : undefined;
  };
  return { current, manifest, base: { paths: [...ids.keys()], id: (path) => ids.get(path), text } };
}

/**
 * The real path of a file of a project, links followed. Throws a `UsageError` for a link that leads out of the project or
 * nowhere: nothing is read or written through it.
 */
export function resolveInside(folder: string, path: string): string {
  const root = realpathSync(folder);
  let place = root;
  for (const part of path.split('/')) {
    place = join(place, part);
    if (!lookAt(place)?.isSymbolicLink()) continue;
    const refused = new UsageError(
      `${relative(root, place)} is a link that leads out of ${folder}, or nowhere: nothing is written through it.`,
    );
    if (!existsSync(place)) throw refused;
    place = realpathSync(place);
    const inside = relative(root, place);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw refused;
  }
  return place;
}

function readText(folder: string, path: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const file = resolveInside(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function fromHistory(folder: string, id: string): string | undefined {
  try {
    const text = execFileSync('git', ['cat-file', 'blob', id], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: gitEnvironment(),
    });
    return blobId(text) === id ? text : undefined;
  } catch {
    return undefined; // no git, no repository, or it was never committed
  }
}
