import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bestCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import type { FrozenTrial } from './storage/study-storage.ts';

/**
 * Deletes the checkpoints of every finished trial but the best one: a study of many trainings would fill the disk.
 * @param folder where the runs of the study lie
 */
export function keepBestCheckpoints(folder: string, trials: readonly FrozenTrial[], best: FrozenTrial | undefined): void {
  for (const trial of trials) {
    const { run } = trial.userAttributes;
    if (trial === best || trial.state === 'running' || typeof run !== 'string') continue;
    // Only the name counts, and only a run's: a journal, which anyone may write, must not say where to delete.
    const id = basename(run);
    if (!/^[\w-]+$/.test(id)) continue;
    const checkpoint = bestCheckpointPath({ path: (...parts) => join(folder, id, ...parts) });
    rmSync(dirname(checkpoint), { recursive: true, force: true });
  }
}
