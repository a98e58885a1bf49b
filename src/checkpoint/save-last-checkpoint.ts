import { rename } from 'node:fs/promises';
import type { Run } from '../runs/run.ts';
import type { CheckpointContent } from './checkpoint.ts';
import { lastCheckpointPath, previousCheckpointPath } from './checkpoint-paths.ts';
import { saveCheckpoint } from './save-checkpoint.ts';

/**
 * Saves `last.safetensors` and keeps the one before as `previous.safetensors`: at every moment at least one whole file is there.
 * The new one is written completely before the old ones are touched.
 */
export async function saveLastCheckpoint(run: Pick<Run, 'path'>, content: CheckpointContent): Promise<void> {
  const [next, last, previous] = [run.path('checkpoints', 'next.safetensors'), lastCheckpointPath(run), previousCheckpointPath(run)];
  await saveCheckpoint(next, content);
  await rename(last, previous).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // the first one
  });
  await rename(next, last);
}
