import { createHash } from 'node:crypto';
import { ExitError, exitCodes } from './exit.ts';
import { type FileMap, sortedFiles } from './file-map.ts';

/** Where a project keeps what was rendered for it; `update` and `doctor` compare with it. */
export const manifestPath = '.dl-project/manifest.json';

/** What a project remembers of its files. */
export interface Manifest {
  readonly schema: number;
  /** The version of the templates they were rendered from. */
  readonly version: string;
  /** Path -> git's blob id of the file as it was rendered. */
  readonly files: Readonly<Record<string, string>>;
}

/** Git's id of a file with this text: `git cat-file blob <id>` finds the text in the project's history. */
export function blobId(text: string | Buffer): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The manifest of freshly rendered files: schema, version of the templates, and path -> blob id, paths in order. */
export function renderManifest(files: FileMap, version: string): string {
  return changeManifest({ schema: 1, version, files: {} }, files);
}

/** A manifest with files added or rendered anew, and others taken out: what adding to a project writes. */
export function changeManifest(manifest: Manifest, added: FileMap, removed: readonly string[] = []): string {
  const ids = new Map(Object.entries(manifest.files).filter(([path]) => !removed.includes(path)));
  for (const [path, text] of added) ids.set(path, blobId(text));
  return `${JSON.stringify({ ...manifest, files: Object.fromEntries(sortedFiles(ids)) }, undefined, 2)}\n`;
}

/** Reads a manifest; undefined if it is none, or of a later schema than we know. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const { schema, version, files } = JSON.parse(text) as Manifest;
    const entries = Object.entries(files);
    const sound = schema === 1 && typeof version === 'string' && entries.every(([, id]) => /^[0-9a-f]{40}$/.test(id));
    return sound ? { schema, version, files } : undefined;
  } catch {
    return undefined;
  }
}

/** The same. @throws ExitError where it is none: what the project remembers must not be lost by writing it anew */
export function requireManifest(text: string): Manifest {
  const manifest = parseManifest(text);
  if (manifest) return manifest;
  throw new ExitError(
    exitCodes.failure,
    `${manifestPath} is damaged, or of a later version of create-dl-project. Nothing was written. Take it back from git: git checkout ${manifestPath}`,
  );
}
