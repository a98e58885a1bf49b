import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';

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
      if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
        throw new Error(`${path} leads out of the preset's folder`);
      if (!statSync(place).isFile()) throw new Error(`${path} is no file`);
      return readFileSync(place);
    },
  };
}

/** A tarball that holds more is no preset. */
const mostUnpackedBytes = 50_000_000;

/** A package's tarball, read in memory: nothing is unpacked onto the disk. The first folder of each path is left out, as npm does. */
export function filesOfTarball(bytes: Buffer): PackageFiles {
  const files = new Map<string, Buffer>();
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => {
        if (entry.type === 'File' || entry.type === 'OldFile') files.set(entry.path.replace(/^[^/]*\//, ''), Buffer.concat(chunks));
      });
    },
  });
  let failure: unknown;
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.end(gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes }));
  if (failure) throw failure;
  return { read: (path) => files.get(path) };
}
