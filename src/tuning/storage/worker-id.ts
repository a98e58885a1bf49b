import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this process in journals and locks, so that others can see whether it still lives. */
export const workerId = `${randomUUID()}-${process.pid}@${hostname()}`;

/** Whether the process that called itself so is known to be gone: it ran on this machine and does so no longer. */
export function isGone(other: string): boolean {
  const [, pid, host] = /-(\d+)@(.+)$/.exec(other) ?? [];
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return other !== workerId; // containers give out the same numbers again
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
