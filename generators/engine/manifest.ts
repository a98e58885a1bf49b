import { createHash } from 'node:crypto';
import { ExitError, exitCodes } from './exit.ts';
import { type FileMap, sortedFiles } from './file-map.ts';

/** Where a project keeps what was rendered for it; `update` and `doctor` compare with it. */
export const manifestPath = '.dl-project/manifest.json';

/** Who answers for a file beside the template: a preset alone, or template and preset together. */
export type Owner = 'preset' | 'shared';

/** What a project remembers of its files. */
export interface Manifest {
  readonly schema: number;
  /** The version of the templates they were rendered from. */
  readonly version: string;
  /** Path -> git's blob id of the file as it was rendered. */
  readonly files: Readonly<Record<string, string>>;
  /** Path -> owner, for files that are not the template's alone. @default all are the template's */
  readonly owners?: Readonly<Record<string, Owner>>;
}

/** Git's id of a file with this text: `git cat-file blob <id>` finds the text in the project's history. */
export function blobId(text: string | Buffer): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The manifest of freshly rendered files: schema, version of the templates, path -> blob id, paths in order, and owners. */
export function renderManifest(files: FileMap, version: string, owners: Manifest['owners'] = {}): string {
  return changeManifest({ schema: 1, version, files: {}, owners }, files);
}

/** A manifest with files added or rendered anew, and others taken out: what adding to a project writes. */
export function changeManifest(manifest: Manifest, added: FileMap, removed: readonly string[] = []): string {
  const ids = new Map(Object.entries(manifest.files).filter(([path]) => !removed.includes(path)));
  for (const [path, text] of added) ids.set(path, blobId(text));
  const owners = Object.keys(manifest.owners ?? {}).length > 0 ? manifest.owners : undefined;
  return `${JSON.stringify({ ...manifest, files: Object.fromEntries(sortedFiles(ids)), owners }, undefined, 2)}\n`;
}

/** Reads a manifest; undefined if it is none, or of a later schema than we know. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const { schema, version, files, owners = {} } = JSON.parse(text) as Manifest;
    const entries = Object.entries(files);
    const sound = schema === 1 && typeof version === 'string' && entries.every(([, id]) => /^[0-9a-f]{40}$/.test(id));
    const known = Object.entries(owners).filter(([path, owner]) => Object.hasOwn(files, path) && ['preset', 'shared'].includes(owner));
    return sound ? { schema, version, files, owners: Object.fromEntries(known) } : undefined;
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
