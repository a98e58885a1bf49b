import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { DlError } from '../core/errors.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import { scriptCommand } from '../runs/script-command.ts';
import type { StoredCheckpoint } from './checkpoint.ts';
import { previousCheckpointName } from './checkpoint-paths.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import type { SavedTraining } from './saved-training.ts';

/** A checkpoint that a training can go on from. */
export interface ResumableCheckpoint extends StoredCheckpoint {
  readonly training: SavedTraining;
  readonly optimizerState: OptimizerState;
}

/**
 * Reads the checkpoint that a training goes on from.
 * @throws DlError `missing` or `file` where it cannot be used, offering the one before where that one is whole
 */
export async function readSavedTraining(path: string): Promise<ResumableCheckpoint> {
  const stored = await readCheckpoint(path).catch(async (cause: unknown) => {
    if (!(cause instanceof DlError)) throw cause;
    throw new DlError(cause.code, `${cause.message.replace(path, shown(path))} ${await offerPrevious(path)}`, { cause });
  });
  const { training, optimizerState } = stored;
  if (training && optimizerState) return { ...stored, training, optimizerState };
  throw new DlError('file', `${shown(path)} holds a model, but not where its training stood: nothing can go on from it.`);
}

async function offerPrevious(path: string): Promise<string> {
  const previous = join(dirname(path), previousCheckpointName);
  const begin = `Begin anew: ${scriptCommand('train')}`;
  if (basename(path) === previousCheckpointName || !existsSync(previous)) return begin;
  try {
    const { epoch, stepInEpoch } = (await readSavedTraining(previous)).training;
    const where = stepInEpoch > 0 ? `in epoch ${epoch + 1}, after step ${stepInEpoch}` : `after epoch ${epoch}`;
    return `The one before, saved ${where}, is whole. Go on from it: ${scriptCommand('train', `resume=${shown(previous)}`)}`;
  } catch {
    return begin;
  }
}

/** Relative to where the command was typed. */
function shown(path: string): string {
  return relative(process.cwd(), path).replaceAll('\\', '/');
}
