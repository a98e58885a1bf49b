import { createHash } from 'node:crypto';
import { type FileMap, sortedFiles } from './file-map.ts';

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

/** A manifest with more files, as they were rendered. */
export function withManifestFiles(manifest: string, added: FileMap): string {
  const content = JSON.parse(manifest);
  const ids = [...added].map(([path, text]) => [path, blobId(text)] as const);
  content.files = Object.fromEntries(sortedFiles([...Object.entries<string>(content.files), ...ids]));
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** A manifest without some files. */
export function withoutManifestFiles(manifest: string, paths: readonly string[]): string {
  const content = JSON.parse(manifest);
  content.files = Object.fromEntries(Object.entries(content.files).filter(([path]) => !paths.includes(path)));
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
