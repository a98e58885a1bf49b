import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileWrite, isDue } from './changes.ts';
import { ExitError, exitCodes } from './exit.ts';
import { refusePath } from './file-map.ts';
import { carryOut, discard, type Journal, prepare, takeBack } from './journal.ts';
import { blobId, manifestPath } from './manifest.ts';
import { resolveInside } from './project.ts';
import { makeStage } from './stage.ts';

/**
 * Carries out a list of writes and removals, all or none; the manifest comes last. A new project folder appears by one
 * rename. In a folder that is there already, everything is prepared in a temporary folder inside it; then each file takes
 * its place by a rename, with the mode of what it replaces. On any failure everything is put back, and after a kill the
 * next run does it: call `recover` before you read a project that you will change. Entries that are not due are passed over.
 * @throws ExitError where it could not be written (exit code 1), UsageError for a link that leads out of the folder
 */
export function commitChanges(folder: string, writes: readonly FileWrite[]): void {
  const due = writes.filter(isDue);
  const ordered = [...due.filter(({ path }) => path !== manifestPath), ...due.filter(({ path }) => path === manifestPath)];
  for (const { path } of ordered) refusePath(path);
  if (ordered.length === 0) return;
  if (existsSync(folder)) changeFolder(folder, ordered);
  else makeFolder(folder, ordered);
}

// Everything below is synchronous, so a signal that we hold can only be seen before or after it.

function makeFolder(folder: string, writes: readonly FileWrite[]): void {
  const above = missingFolders(dirname(folder));
  let stage: string | undefined;
  try {
    for (const one of above) mkdirSync(one);
    stage = makeStage(dirname(folder));
    const fresh = join(stage, 'new');
    for (const { path, text } of writes) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      if (text !== undefined) writeFileSync(join(fresh, path), text);
    }
    renameSync(fresh, folder);
  } catch (error) {
    if (stage) rmSync(stage, { recursive: true, force: true });
    for (const one of above.toReversed()) if (existsSync(one)) rmdirSync(one);
    throw failure(folder, error);
  }
  discard(stage);
}

function changeFolder(folder: string, writes: readonly FileWrite[]): void {
  const steps = writes.map(({ path, text }) => ({
    target: resolveInside(folder, path),
    id: text === undefined ? undefined : blobId(text),
  }));
  const written = steps.filter(({ id }) => id !== undefined);
  const folders = [...new Set(written.flatMap(({ target }) => missingFolders(dirname(target))))];
  const journal: Journal = { steps, folders };
  let stage: string | undefined;
  let hasBegun = false;
  try {
    stage = makeStage(folder);
    prepare(
      stage,
      journal,
      writes.map(({ text }) => text),
    );
    hasBegun = true;
    carryOut(stage, journal);
    for (const { target, id } of steps) if (id === undefined) removeEmptyFolders(dirname(target), realpathSync(folder));
    discard(stage);
  } catch (error) {
    if (stage && !hasBegun) discard(stage);
    else if (stage) putBack(stage, journal, folder, error);
    throw failure(folder, error);
  }
}

function putBack(stage: string, journal: Journal, folder: string, cause: unknown): void {
  try {
    takeBack(stage, journal);
  } catch (error) {
    const why = `${(cause as Error).message}; and what was there could not be put back: ${(error as Error).message}`;
    throw new ExitError(exitCodes.failure, `Could not write ${folder}: ${why}\nWhat was replaced is in ${join(stage, 'old')}.`);
  }
}

function failure(folder: string, error: unknown): ExitError {
  return new ExitError(exitCodes.failure, `Could not write ${folder}: ${(error as Error).message}\nNothing was left behind.`);
}

/** A folder and those above it that are not there, the upper ones first. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder];
}

/** Removes folders that a removal left empty, up to the project's own; one that cannot be removed does no harm. */
function removeEmptyFolders(folder: string, project: string): void {
  if (folder === project || !existsSync(folder) || readdirSync(folder).length > 0) return;
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
  removeEmptyFolders(dirname(folder), project);
}
