import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';
import type { PackageFiles } from './package-files.ts';

/** More than any of the packages we look into holds. */
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
