import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this process in a journal, so that others can see whether it still lives. */
export function newWorkerId(): string {
  return `${randomUUID()}-${process.pid}@${hostname()}`;
}

/** Whether the process that wrote an entry is known to be gone: it ran on this machine and does so no longer. */
export function isGone(workerId: string): boolean {
  const [, pid, host] = /-(\d+)@(.+)$/.exec(workerId) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
