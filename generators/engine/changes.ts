import type { ConflictRule } from './conflict-rule.ts';
import type { FileMap } from './file-map.ts';
import { blobId, manifestPath } from './manifest.ts';
import { mergeFile } from './merge-file.ts';
import { conflictMarker } from './merge-text.ts';

/**
 * What the commit does with one file of a project. With `text` it is written, without it is removed. Anything that adds
 * files to a project (a new one, a module, an update) makes such a list, and `commitChanges` carries it out whole.
 */
export interface FileWrite {
  /** Inside the project, with `/`. */
  readonly path: string;
  /** What the file shall hold; undefined if it shall not be there. */
  readonly text: string | undefined;
  /** What lies there now, if the list was planned from it. */
  readonly before?: string | undefined;
}

/** Whether anything is to be done: a plan also lists files that hold their text already. */
export function isDue(write: FileWrite): boolean {
  return !('before' in write) || write.before !== write.text;
}

/**
 * What becomes of a file, seen by the user:
 * - `create`: it is not there yet;
 * - `change`: the user never touched it, so the new text takes its place;
 * - `merge`: both sides changed it, in different places, or the user said who is right (`--conflict ours` or `theirs`);
 * - `same`: it holds the new text already;
 * - `keep`: the user's state stands: edited where the template did not change, or removed by the user;
 * - `remove`: the template has it no more, and the user never touched it;
 * - `conflict`: both sides changed the same place.
 */
export type ChangeKind = 'create' | 'change' | 'merge' | 'same' | 'keep' | 'remove' | 'conflict';

/** One file of a plan. `text` equals `before` where nothing is to be written; in a conflict it holds the markers. */
export interface Change extends FileWrite {
  readonly kind: ChangeKind;
  /** What lies there now; undefined if nothing does. */
  readonly before: string | undefined;
  /** Where it is not plain from the kind: one clause for a listing, such as `you removed it`. */
  readonly note?: string;
}

/** What a project remembers of its files as they were last rendered. */
export interface Base {
  /** Paths of everything that was rendered. */
  readonly paths: readonly string[];
  /** Git's id of a file as rendered; undefined if it was not. */
  readonly id: (path: string) => string | undefined;
  /** Its text as rendered; undefined if it was not, or if it cannot be had any more. */
  readonly text: (path: string) => string | undefined;
}

/** What lies at a path now; undefined if nothing does. */
export type Reader = (path: string) => string | undefined;

/**
 * Compares freshly rendered files with what is there and with what was rendered before. Pure: writes nothing, reads only
 * through its arguments. One change per file of `files`, in their order. A file the user removed stays removed; a file
 * with no known base is a conflict unless both sides are equal or it can be merged without one (JSON by key, lists by line).
 */
export function planChanges(current: Reader, files: FileMap, base: Base, rule: ConflictRule = 'fail'): readonly Change[] {
  return [...files].map(([path, theirs]) => planChange(path, current(path), theirs, base, rule));
}

/**
 * What becomes of files that were rendered once and are not any more (`paths`): removed if the user never touched them,
 * kept and reported otherwise. Files that are gone already are left out.
 */
export function planRemovals(current: Reader, paths: readonly string[], base: Base): readonly Change[] {
  return paths.flatMap((path): Change[] => {
    const before = current(path);
    if (before === undefined) return [];
    if (blobId(withLf(before)) === base.id(path)) return [{ path, kind: 'remove', before, text: undefined }];
    return [{ path, kind: 'keep', before, text: before, note: 'no longer made, but you changed it' }];
  });
}

function planChange(path: string, before: string | undefined, theirs: string, base: Base, rule: ConflictRule): Change {
  const rendered = base.id(path);
  if (before === undefined)
    return rendered === undefined
      ? { path, kind: 'create', before, text: theirs }
      : { path, kind: 'keep', before, text: undefined, note: 'you removed it' };
  const ours = withLf(before);
  if (ours === theirs) return { path, kind: 'same', before, text: before };
  const like = (text: string) => (ours === before ? text : text.replaceAll('\n', '\r\n'));
  if (path === manifestPath || rendered === blobId(ours)) return { path, kind: 'change', before, text: like(theirs) };
  if (conflictMarker.test(ours)) return planWithoutMerge(path, before, like(theirs), rule, 'markers of an earlier merge');
  if (rendered === blobId(theirs)) return { path, kind: 'keep', before, text: before, note: 'you changed it' };
  if (isNoText(ours)) return planWithoutMerge(path, before, theirs, rule, 'not a text that could be merged');
  const { text, conflicts } = mergeFile(path, { ours, base: base.text(path), theirs }, rule === 'fail' ? 'markers' : rule);
  if (conflicts > 0 && (rule === 'fail' || rule === 'markers')) return { path, kind: 'conflict', before, text: like(text) };
  if (text === ours) return { path, kind: 'keep', before, text: before };
  return {
    path,
    kind: text === theirs ? 'change' : 'merge',
    before,
    text: like(text),
    ...(text === theirs ? { note: 'replaces yours' } : {}),
  };
}

/** A file is kept or replaced as a whole. */
function planWithoutMerge(path: string, before: string, theirs: string, rule: ConflictRule, note: string): Change {
  if (rule === 'theirs') return { path, kind: 'change', before, text: theirs, note: 'replaces yours' };
  return { path, kind: rule === 'ours' ? 'keep' : 'conflict', before, text: before, note };
}

/** Git on Windows may check files out with CR LF; what we render and git's blobs have LF. */
function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Bytes that are no UTF-8 were read as U+FFFD; a merge would write that back. */
function isNoText(text: string): boolean {
  return text.includes('\ufffd') || text.includes('\0');
}
