import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder, as path -> mode and content, for comparing before and after. */
export function snapshotFolder(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((path) => {
      const found = lstatSync(join(folder, path));
      const mode = (found.mode & 0o777).toString(8);
      if (found.isDirectory()) return [path, `folder ${mode}`];
      return [
        path,
        found.isSymbolicLink() ? `-> ${readlinkSync(join(folder, path))}` : `${mode} ${readFileSync(join(folder, path), 'utf8')}`,
      ];
    }),
  );
}
