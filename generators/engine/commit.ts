import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ExitError, exitCodes } from './exit.ts';
import type { FileWrite } from './changes.ts';
import type { FileMap } from './file-map.ts';

/**
 * Writes all files or none. They are written into a temporary folder on the same disk first; a new project folder then
 * appears by one rename. In a folder that is there already each file is moved to its place, what it replaces is kept
 * aside, and any failure, or Ctrl-C, puts everything back.
 */
export function commitFiles(folder: string, files: FileMap): void {
  const undo: (() => void)[] = [];
  const rollBack = () => {
    for (const step of undo.splice(0).reverse()) step();
  };
  // Everything below is synchronous, so a signal can only be seen before or after it; a kill leaves the temporary folder.
  try {
    const isNew = !existsSync(folder);
    const parent = isNew ? dirname(folder) : folder;
    makeFolders(parent, undo);
    const stage = mkdtempSync(join(parent, `.${basename(folder)}-`));
    undo.push(() => rmSync(stage, { recursive: true, force: true }));
    const fresh = join(stage, 'new');
    writeAll(fresh, files);
    if (isNew) renameSync(fresh, folder);
    else moveIn(fresh, folder, join(stage, 'old'), files, undo);
    rmSync(stage, { recursive: true, force: true });
  } catch (error) {
    rollBack();
    throw new ExitError(exitCodes.failure, `Could not write ${folder}: ${(error as Error).message}\nNothing was left behind.`);
  }
}

function writeAll(folder: string, files: FileMap): void {
  mkdirSync(folder);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function moveIn(fresh: string, folder: string, aside: string, files: FileMap, undo: (() => void)[]): void {
  for (const path of files.keys()) {
    const target = join(folder, path);
    makeFolders(dirname(target), undo);
    if (existsSync(target)) {
      const kept = join(aside, path);
      mkdirSync(dirname(kept), { recursive: true });
      renameSync(target, kept);
      undo.push(() => renameSync(kept, target));
    }
    renameSync(join(fresh, path), target);
    undo.push(() => rmSync(target, { force: true }));
  }
}

/** Makes a folder and those above it, one by one, so that exactly these are removed again. */
function makeFolders(folder: string, undo: (() => void)[]): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder), undo);
  mkdirSync(folder);
  undo.push(() => rmdirSync(folder));
}

/** Contract: carries out a list of writes and removals, all or none; the manifest comes last, entries without a change are skipped. */
export declare function commitChanges(folder: string, writes: readonly FileWrite[]): void;
