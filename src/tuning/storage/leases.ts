import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerId } from './worker-id.ts';

/** How the processes that share a study tell each other that they live, on whatever machine they are. */
export interface Leases {
  /** Says from now on that this process lives. */
  hold(): void;
  /** This process has nothing running any more. */
  release(): void;
  /** Whether that process has had a lease and stopped renewing it: it was killed, or its machine is gone. */
  isStale(worker: string): boolean;
  /** Whether that process has a lease and renews it. */
  isHeld(worker: string): boolean;
  /** Takes away what a dead process left. */
  forget(worker: string): void;
}

const heartbeatMilliseconds = 30_000;
const staleAfterMilliseconds = 90_000;

/** A file per process in `folder`, renewed every 30 seconds. Nothing of it stands in the journal, which would grow by it. */
export function fileLeases(folder: string, { heartbeat = heartbeatMilliseconds, staleAfter = staleAfterMilliseconds } = {}): Leases {
  const fileOf = (worker: string) => join(folder, encodeURIComponent(worker));
  const own = fileOf(workerId);
  let timer: NodeJS.Timeout | undefined;

  /** Written rather than only touched: somebody may have taken it for dead and away. */
  function renew(): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, '');
    utimesSync(own, new Date(), new Date());
  }

  /** Milliseconds since it was renewed; undefined where there is none. */
  function ageOf(worker: string): number | undefined {
    const found = statSync(fileOf(worker), { throwIfNoEntry: false });
    return found && Date.now() - found.mtimeMs;
  }

  return {
    hold() {
      if (timer) return;
      renew();
      timer = setInterval(renew, heartbeat);
      timer.unref();
    },
    release() {
      clearInterval(timer);
      timer = undefined;
      rmSync(own, { force: true });
    },
    isStale: (worker) => worker !== workerId && (ageOf(worker) ?? 0) > staleAfter,
    isHeld: (worker) => (ageOf(worker) ?? Number.POSITIVE_INFINITY) <= staleAfter,
    forget: (worker) => rmSync(fileOf(worker), { force: true }),
  };
}
