import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bestCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import type { FrozenTrial } from './storage/study-storage.ts';

/**
 * Deletes the checkpoints of every trial that is over but the best one, each once: a study of many trainings would fill the disk.
 * @param folder where the runs of the study lie
 */
export function keepBestCheckpoints(folder: string): (trials: readonly FrozenTrial[], best: FrozenTrial | undefined) => void {
  const done = new Set<number>();
  return (trials, best) => {
    const isKept = (trial: FrozenTrial) => trial === best || trial.state === 'running' || trial.state === 'waiting';
    const kept = new Set(trials.filter(isKept).map(({ userAttributes }) => userAttributes.run)); // a further try works in the run of the first
    for (const { number, userAttributes } of trials) {
      const { run } = userAttributes;
      if (done.has(number) || kept.has(run) || typeof run !== 'string') continue;
      done.add(number);
      // Only the name counts, and only a run's: a journal, which anyone may write, must not say where to delete.
      const id = basename(run);
      if (!/^[\w-]+$/.test(id)) continue;
      const checkpoint = bestCheckpointPath({ path: (...parts) => join(folder, id, ...parts) });
      rmSync(dirname(checkpoint), { recursive: true, force: true });
    }
  };
}
