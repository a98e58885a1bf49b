import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const machine = `${hostname()}${startOfMachine()}`;

/** Names this process in journals and locks, so that others can see whether it still lives. */
export const workerId = `${randomUUID()}-${process.pid}@${machine}`;

/** Whether the process that called itself so is known to be gone: it ran on this machine, since that was started, and does so no longer. */
export function isGone(other: string): boolean {
  const [, pid, host] = /-(\d+)@(.+)$/.exec(other) ?? [];
  if (host !== machine) return false;
  if (Number(pid) === process.pid) return other !== workerId; // containers give out the same numbers again
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Tells machines and containers of one name apart, where the numbers of processes mean others: this start of Linux, and whose numbers they are.
 * Empty elsewhere. After a new start nothing is known of the processes before; they are gone when they are not heard of.
 */
function startOfMachine(): string {
  try {
    const start = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid');
    return `+${createHash('sha256').update(start).digest('hex').slice(0, 8)}`;
  } catch {
    return '';
  }
}
