import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileMap, sortedFiles } from './file-map.ts';

/** Reads every template below a folder, as path inside it -> text. */
export function readTemplates(folder: URL): FileMap {
  const root = fileURLToPath(folder);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return sortedFiles(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        path.slice(root.length).replaceAll('\\', '/').replace(/^\//, ''),
        readFileSync(path, 'utf8').replaceAll('\r\n', '\n'),
      ]),
  );
}
