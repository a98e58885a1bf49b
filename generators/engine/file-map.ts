/** What is to be written: path inside the project (with `/`) and text. Everything before the commit works on such a map. */
export type FileMap = ReadonlyMap<string, string>;

/** The same files in the order of their paths: manifests and listings do not depend on how a map was made. */
export function sortedFiles(files: Iterable<readonly [string, string]>): Map<string, string> {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/**
 * Throws for a path that is not plainly inside a project on every system: absolute, with `..`, `.` or an empty part, with
 * a backslash, a colon (a Windows drive or stream) or a NUL. What users type is checked where it comes in; a path that
 * fails here is a mistake of ours, so it is no `UsageError`.
 */
export function refusePath(path: string): void {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\\:\0]/.test(path))
    throw new Error(`${JSON.stringify(path)} is not a path inside a project. This is a mistake in create-dl-project; please report it.`);
}
