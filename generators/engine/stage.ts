import { lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { blobId } from './manifest.ts';

const prefix = '.create-dl-project-';

/** A commit lasts milliseconds: what is older than this has no process any more, whatever its number says. */
const longestCommitMilliseconds = 3_600_000;

/** Makes the temporary folder of a commit inside `parent`, on the same disk as what it will become. Its name says whose it is. */
export function makeStage(parent: string): string {
  return mkdtempSync(join(parent, `${prefix}${process.pid}-${hostTag()}-`));
}

/** Stages in `parent` whose process is gone: it was killed, or the machine went down. */
export function abandonedStages(parent: string): string[] {
  return namesIn(parent).flatMap((name) => {
    const [, pid, host] = /^\.create-dl-project-(\d+)-([0-9a-f]{8})-\w{6}$/.exec(name) ?? [];
    if (!pid) return [];
    const stage = join(parent, name);
    const found = lstatSync(stage, { throwIfNoEntry: false });
    if (!found?.isDirectory()) return []; // its process was quicker, or it is none of ours
    const isOld = Date.now() - found.mtimeMs > longestCommitMilliseconds;
    return isOld || (host === hostTag() && !isRunning(Number(pid))) ? [stage] : [];
  });
}

/** Nothing where there is no folder, or one that we may not list: then no commit of ours was there either. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process number means something only on its own machine, or in its own container. */
function hostTag(): string {
  return blobId(hostname()).slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
