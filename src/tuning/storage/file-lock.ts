import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
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
    const changed = changeTime(lock);
    if (isOwnerGone(lock)) {
      release(lock);
    } else if (changed !== seen) {
      seen = changed;
      unchangedSince = Date.now();
    } else if (Date.now() - unchangedSince > staleAfter) {
      release(lock);
    }
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

/** Renames before deleting, so that of two processes that steal one lock only one does. */
function release(lock: string): void {
  const renamed = `${lock}.${randomUUID()}.rename`;
  try {
    renameSync(lock, renamed);
    unlinkSync(renamed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function changeTime(lock: string): number | undefined {
  return lstatSync(lock, { throwIfNoEntry: false })?.mtimeMs;
}

/** Our locks say who made them; Optuna's are links, or empty. */
function isOwnerGone(lock: string): boolean {
  if (!lstatSync(lock, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    return isGone(readFileSync(lock, 'utf8'));
  } catch {
    return false; // released meanwhile
  }
}
