import { createHash } from 'node:crypto';
import type { FileMap } from './file-map.ts';

/** Where a project keeps what was rendered for it; `update` and `doctor` compare with it. */
export const manifestPath = '.dl-project/manifest.json';

/** Git's id of a file with this text: `git cat-file blob <id>` finds the text in the project's history. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The manifest of freshly rendered files: schema, version of the templates, and path -> blob id, paths in order. */
export function renderManifest(files: FileMap, version: string): string {
  const ids = Object.fromEntries([...files].map(([path, text]) => [path, blobId(text)]));
  return `${JSON.stringify({ schema: 1, version, files: ids }, undefined, 2)}\n`;
}

/** What a manifest says. */
export interface Manifest {
  readonly schema: number;
  /** The version of the templates it was rendered from. */
  readonly version: string;
  /** Path -> git's blob id of the file as it was rendered. */
  readonly files: Readonly<Record<string, string>>;
}

/** Contract: the manifest of the project in a folder; undefined if there is none, or it cannot be read. */
export declare function readManifest(folder: string): Manifest | undefined;

/** Contract: the manifest with files added (or rendered anew) and others taken out, for modules that add to a project. */
export declare function changeManifest(manifest: Manifest, added: FileMap, removed?: readonly string[]): string;
