import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { FileWrite } from '../engine/changes.ts';
import { commitChanges } from '../engine/commit.ts';
import { UsageError } from '../engine/exit.ts';

/** The files of a project on the disk. Nothing outside of its folder is read or written, whatever links lie in it. */
export class ProjectFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  /** The text of a file, a byte order mark and line ends as they are; undefined if there is none. */
  read(path: string): string | undefined {
    const file = this.#inside(path);
    if (!existsSync(file)) return undefined;
    if (!lstatSync(file).isFile()) throw new UsageError(`${path} is a folder, where the project has a file. Nothing was written.`);
    return readFileSync(file, 'utf8');
  }

  /** The names in a folder; none where it is not there. */
  list(folder: string): string[] {
    const place = this.#inside(folder);
    return existsSync(place) && lstatSync(place).isDirectory() ? readdirSync(place) : [];
  }

  /** Every TypeScript file of the project below these folders, by path. */
  sources(folders: readonly string[]): string[] {
    return folders.flatMap((folder) =>
      this.list(folder).flatMap((name) => {
        const path = `${folder}/${name}`;
        if (name.endsWith('.ts')) return [path];
        return lstatSync(this.#inside(path), { throwIfNoEntry: false })?.isDirectory() ? this.sources([path]) : [];
      }),
    );
  }

  /** Carries all changes out or none; folders that nothing is left in go with their last file. */
  write(changes: readonly FileWrite[]): void {
    commitChanges(
      this.#root,
      changes.map(({ path, text }) => ({ path: relative(this.#root, this.#inside(path)).replaceAll(sep, '/'), text })),
    );
  }

  /** The real path of a file that may not exist yet. @throws UsageError where a link leads out of the project */
  #inside(path: string): string {
    let known = join(this.#root, path);
    while (!lstatSync(known, { throwIfNoEntry: false })) known = dirname(known);
    const real = existsSync(known) ? realpathSync(known) : undefined;
    const inside = real === undefined ? '..' : relative(this.#root, real);
    if (real !== undefined && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) {
      return join(real, relative(known, join(this.#root, path)));
    }
    const link = relative(this.#root, known).replaceAll(sep, '/');
    throw new UsageError(`${link} is a link that leads out of the project. Nothing was written. Replace it by a folder, or edit by hand.`);
  }
}
