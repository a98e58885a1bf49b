import type { Run } from '../runs/run.ts';

type RunFolder = Pick<Run, 'path'>;

const folder = 'checkpoints';
export const previousCheckpointName = 'previous.safetensors';

/** The best epoch of a training. */
export function bestCheckpointPath(run: RunFolder): string {
  return run.path(folder, 'best.safetensors');
}

/** Where a training stood when it was last saved: it goes on from there. */
export function lastCheckpointPath(run: RunFolder): string {
  return run.path(folder, 'last.safetensors');
}

/** The one before `last`, for the day that one is damaged. */
export function previousCheckpointPath(run: RunFolder): string {
  return run.path(folder, previousCheckpointName);
}
