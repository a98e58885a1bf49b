import { existsSync } from 'node:fs';
import { DlError } from '../core/errors.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import type { TrainedModel } from './checkpoint.ts';
import { bestCheckpointPath, lastCheckpointPath } from './checkpoint-paths.ts';
import { loadCheckpoint } from './load-checkpoint.ts';

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
  try {
    return await loadCheckpoint(path);
  } catch (cause) {
    if (!(cause instanceof DlError)) throw cause;
    const spare = existsSync(other)
      ? ` ${run.shown(other)} is still there: copy it to ${run.shown(path)} to use that epoch, or train again`
      : ' Train again';
    throw new DlError(cause.code, `${cause.message.replace(path, run.shown(path))}${spare}: ${scriptCommand('train')}`, { cause });
  }
}

function whyMissing({ config }: TrainedRun): string {
  const { callbacks } = (config ?? {}) as { callbacks?: { modelCheckpoint?: unknown } };
  const retrain = `Then type: ${scriptCommand('train')}`;
  if (callbacks?.modelCheckpoint === false)
    return `it was trained with callbacks.modelCheckpoint switched off. Switch it on in config.ts. ${retrain}`;
  return `it ended before its first epoch did. Type: ${scriptCommand('train')}`;
}
