/** What is to be written: path inside the project (with `/`) and text. Everything before the commit works on such a map. */
export type FileMap = ReadonlyMap<string, string>;

/** The same files in the order of their paths: manifests and listings do not depend on how a map was made. */
export function sortedFiles(files: Iterable<readonly [string, string]>): Map<string, string> {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
