import { existsSync } from 'node:fs';
import { DlError } from '../core/errors.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import type { TrainedModel } from './checkpoint.ts';
import { bestCheckpointPath, lastCheckpointPath } from './checkpoint-paths.ts';
import { rebuildModel } from './load-checkpoint.ts';
import { readCheckpoint } from './read-checkpoint.ts';

type TrainedRun = Pick<Run<unknown>, 'id' | 'path' | 'shown' | 'config'>;

/**
 * The model of the best epoch of a training.
 * @throws DlError `missing` for a run that has none, `file` for a damaged one; both say what to do
 */
export async function loadBestModel(run: TrainedRun): Promise<TrainedModel> {
  return load(run, bestCheckpointPath(run), lastCheckpointPath(run));
}

/** The model as its last finished epoch left it. @throws as `loadBestModel` */
export async function loadLastModel(run: TrainedRun): Promise<TrainedModel> {
  return load(run, lastCheckpointPath(run), bestCheckpointPath(run));
}

async function load(run: TrainedRun, path: string, other: string): Promise<TrainedModel> {
  if (!existsSync(path)) throw new DlError('missing', `The run ${run.id} has no ${run.shown(path)}: ${whyMissing(run)}`);
  const stored = await readCheckpoint(path).catch((cause: unknown) => {
    if (!(cause instanceof DlError)) throw cause;
    const message = cause.message.replace(path, run.shown(path));
    const spare = existsSync(other)
      ? `${run.shown(other)} is still there: copy it to ${run.shown(path)} to use that epoch, or train again`
      : 'Train again';
    throw new DlError(cause.code, `${message} ${spare}: ${scriptCommand('train')}`, { cause });
  });
  return rebuildModel(stored, run.shown(path));
}

function whyMissing({ config }: TrainedRun): string {
  const { callbacks } = (config ?? {}) as { callbacks?: { modelCheckpoint?: unknown } };
  const train = scriptCommand('train');
  if (callbacks?.modelCheckpoint !== false) return `it ended before its first epoch did, or the file was removed. Type: ${train}`;
  return `it was trained with callbacks.modelCheckpoint switched off. Switch it on in config.ts. Then type: ${train}`;
}
