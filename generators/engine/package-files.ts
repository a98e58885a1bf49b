import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/** The files of a package or of a folder, by their paths inside it, with `/`. Reading runs nothing and writes nothing. */
export interface PackageFiles {
  /** The bytes of a file; undefined if there is none. @throws Error for a link out of the folder, and for what is no file */
  readonly read: (path: string) => Buffer | undefined;
}

/** A package on the disk. Links in it are followed as long as they stay inside. */
export function filesOfFolder(folder: string): PackageFiles {
  const root = realpathSync(folder);
  return {
    read(path) {
      const place = join(root, path);
      if (!statSync(place, { throwIfNoEntry: false })) return undefined;
      const inside = relative(root, realpathSync(place));
      if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw new Error(`${path} leads out of its folder`);
      if (!statSync(place).isFile()) throw new Error(`${path} is no file`);
      return readFileSync(place);
    },
  };
}
