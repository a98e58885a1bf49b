import type { FileMap } from './file-map.ts';

/**
 * What the commit does with one file of a project. With `text` it is written, without it is removed. Anything that adds
 * files to a project (a new one, a module, an update) makes such a list, and `commitChanges` carries it out whole.
 */
export interface FileWrite {
  /** Inside the project, with `/`. */
  readonly path: string;
  /** What the file shall hold; undefined if it shall not be there. */
  readonly text: string | undefined;
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

/**
 * What to do where both sides changed the same place: leave all as it is and say so, write both with markers, keep the
 * user's, take the template's. The words are git's, seen from the project: `ours` is what is there.
 */
export type ConflictRule = 'fail' | 'markers' | 'ours' | 'theirs';

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
export declare function planChanges(current: Reader, files: FileMap, base: Base, rule?: ConflictRule): readonly Change[];

/**
 * What becomes of files that were rendered once and are not any more (`paths`): removed if the user never touched them,
 * kept and reported otherwise. Files that are gone already are left out.
 */
export declare function planRemovals(current: Reader, paths: readonly string[], base: Base): readonly Change[];
