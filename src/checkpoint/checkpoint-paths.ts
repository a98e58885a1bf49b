import type { Run } from '../runs/run.ts';

type RunFolder = Pick<Run, 'path'>;

/** The best epoch of a training. */
export function bestCheckpointPath(run: RunFolder): string {
  return run.path('checkpoints', 'best.safetensors');
}

/** The last finished epoch of a training. */
export function lastCheckpointPath(run: RunFolder): string {
  return run.path('checkpoints', 'last.safetensors');
}
