import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, type Stats, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, workerId } from './worker-id.ts';

/** A lock that nobody touched for so long belongs to a process that died. The same as Optuna's grace period. */
const staleAfterMilliseconds = 30_000;

/**
 * Runs `work` while holding `<path>.lock`, the lock that Optuna's journal files use (a link or a file, made only if absent).
 * Waits for others from 1 ms, doubling up to 1 s; a lock of a process that is known to be gone does not count.
 * @param staleAfter milliseconds after which an unchanged lock is taken away  @default 30,000
 */
export async function withFileLock<Result>(path: string, work: () => Result, staleAfter = staleAfterMilliseconds): Promise<Result> {
  const lock = `${path}.lock`;
  let wait = 1;
  let seen: number | undefined;
  let unchangedSince = Date.now();
  while (!take(lock)) {
    const found = lstatSync(lock, { throwIfNoEntry: false });
    if (found?.mtimeMs !== seen) {
      seen = found?.mtimeMs;
      unchangedSince = Date.now();
    }
    if (found && (isOwnerGone(lock, found) || Date.now() - unchangedSince > staleAfter)) steal(lock, found);
    await sleep(wait);
    wait = Math.min(wait * 2, 1000);
  }
  try {
    return work();
  } finally {
    release(lock);
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, workerId, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function release(lock: string): void {
  const renamed = setAside(lock);
  if (renamed) unlinkSync(renamed);
}

/**
 * Takes a dead lock away. Of two processes that see it the slower one gets hold of the lock that the faster one has made since: it puts that back.
 * @param seen the dead lock
 */
export function steal(lock: string, seen: Stats): void {
  const renamed = setAside(lock);
  if (!renamed) return;
  const { ino, mtimeMs } = lstatSync(renamed);
  if (ino !== seen.ino || mtimeMs !== seen.mtimeMs) putBack(renamed, lock);
  unlinkSync(renamed);
}

/** Renames a lock, which only one process can. @returns undefined where it is gone already */
function setAside(lock: string): string | undefined {
  const renamed = `${lock}.${randomUUID()}.rename`;
  try {
    renameSync(lock, renamed);
    return renamed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function putBack(renamed: string, lock: string): void {
  try {
    linkSync(renamed, lock);
  } catch {
    // a third one has taken it meanwhile, or the file system has no links
  }
}

/** Our locks say who made them; Optuna's are links, or empty. */
function isOwnerGone(lock: string, found: Stats): boolean {
  if (!found.isFile()) return false;
  try {
    return isGone(readFileSync(lock, 'utf8'));
  } catch {
    return false; // released meanwhile
  }
}
