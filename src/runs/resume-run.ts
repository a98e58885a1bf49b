import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { lastCheckpointPath, previousCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import type { ProjectParts } from '../config/config-types.ts';
import { type Overrides, type ResolvedConfig, type ResolveOptions, resolveConfig } from '../config/resolve-config.ts';
import { showKey, showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { type FoundRun, findRun, listRuns, shownFolder } from './find-run.ts';
import { type RunRecord, readRunRecord } from './run-record.ts';
import { scriptCommand } from './script-command.ts';

/** A training that is to go on in its own folder. */
export interface InterruptedRun extends FoundRun {
  /** The checkpoint it goes on from; undefined where it ended before its first one, and begins anew. */
  readonly checkpoint: string | undefined;
}

/**
 * The training that `resume` means: the newest interrupted one of this script, or the one that `text` names.
 * @param text empty; an id, a part of one or a path, as in `run=`; or the path of one of its checkpoints
 * @throws DlError `missing` where none was interrupted, `name` for an unknown one, `refused` for one that is still running or of another kind
 */
export function findInterruptedRun(root: string, script: string, text: string): InterruptedRun {
  const checkpoint = [resolve(root, text), resolve(text)].find((path) => path.endsWith('.safetensors') && existsSync(path));
  const found = checkpoint ? findRun(root, dirname(dirname(checkpoint))) : text ? findRun(root, text) : newest(root, script);
  const { id, kind, script: its } = found.record;
  if (kind !== 'train' || its !== script) {
    const what = kind === 'train' ? `of the script ${its}` : `a ${kind} run`;
    throw new DlError('refused', `${id} is ${what}: only trainings of ${script} go on. Begin anew: ${scriptCommand(script)}`);
  }
  if (!checkpoint) refuseRunning(found, root, script);
  return { ...found, checkpoint: checkpoint ?? newestCheckpoint(found.folder) };
}

/**
 * A run that may go on, by its folder; undefined where it left nothing to go on from, or its process lives.
 * The caller knows that no process of another machine works in it.
 */
export function interruptedRunAt(folder: string): InterruptedRun | undefined {
  const record = readRunRecord(folder);
  const checkpoint = newestCheckpoint(folder);
  return record && checkpoint && !(record.status === 'running' && isOfThisMachine(record)) ? { folder, record, checkpoint } : undefined;
}

function isOfThisMachine({ environment, resumes = [] }: RunRecord): boolean {
  return (resumes.at(-1)?.environment ?? environment).host === hostname();
}

function newest(root: string, script: string): FoundRun {
  const runs = listRuns(root).filter(({ record }) => record.kind === 'train' && record.script === script);
  const interrupted = runs.find(({ record }) => record.status !== 'finished' && record.status !== 'running');
  if (interrupted) return interrupted;
  const none = 'No training was interrupted.';
  if (runs.length === 0) throw new DlError('missing', `${none} Type: ${scriptCommand(script)}`);
  throw new DlError('missing', `${none} ${offerMoreEpochs(script, runs[0].record)}`);
}

function offerMoreEpochs(script: string, { id, config }: RunRecord): string {
  const epochs = config.training.epochs;
  return `For more epochs than ${epochs}, type: ${scriptCommand(script, `resume=${id}`, `training.epochs=${2 * epochs}`)}`;
}

/** Of a process of another machine nobody here knows: then naming the run must be enough. */
function refuseRunning({ folder, record }: FoundRun, root: string, script: string): void {
  const { id, status, processId } = record;
  if (status !== 'running' || !isOfThisMachine(record)) return;
  const file = newestCheckpoint(folder);
  const otherwise = file ? ` If that is another program by now: ${scriptCommand(script, `resume=${shownFolder(root, file)}`)}` : '';
  throw new DlError('refused', `${id} is still running, as process ${processId}. Wait for it, or end it first.${otherwise}`);
}

function newestCheckpoint(folder: string): string | undefined {
  const run = { path: (...parts: string[]) => join(folder, ...parts) };
  return [lastCheckpointPath(run), previousCheckpointPath(run)].find(existsSync);
}

/**
 * The config a training goes on with: its own, in which more epochs may be asked for, and callbacks that only watch may be changed.
 * @throws DlError `refused` for any other change, and where a finished training would have nothing to do
 */
export function resolveInterruptedConfig<P extends ProjectParts>(
  parts: P,
  root: string,
  { folder, record }: InterruptedRun,
  overrides: Overrides,
  options: Omit<ResolveOptions, 'source'>,
): ResolvedConfig<P> {
  const source = `${shownFolder(root, folder)}/config.json`;
  const before = record.config;
  const change = overrides.find(([key]) => !mayChange(parts, key));
  if (change) throw refusedChange(record.script, change);
  const resolved = resolveConfig(parts, before, overrides, { ...options, source });
  const { epochs } = resolved.config.training;
  if (record.status === 'finished' && epochs <= before.training.epochs) {
    throw new DlError('refused', `${record.id} is finished. ${offerMoreEpochs(record.script, record)}`);
  }
  if (epochs === before.training.epochs || !before.callbacks.learningRateScheduler) return resolved;
  const note = `training.epochs=${epochs}: the learning rate falls to its end by epoch ${epochs} from now on, no more by epoch ${before.training.epochs}`;
  return { ...resolved, notes: [...resolved.notes, note] };
}

function mayChange({ callbacks }: ProjectParts, key: string): boolean {
  const [family, name] = key.split('.');
  if (family !== 'callbacks') return key === 'training.epochs';
  const definition = callbacks.find((one) => one.name === name);
  return definition === undefined || definition.watchesOnly === true; // an unknown one is told by resolveConfig
}

function refusedChange(script: string, [key, value]: Overrides[number]): DlError {
  const typed = `${key}=${typeof value === 'string' ? value : showValue(value)}`;
  return new DlError(
    'refused',
    `${showKey(key)} cannot be changed in a training that goes on: it would be another training. ` +
      `What can: training.epochs, callbacks that only watch. Begin anew: ${scriptCommand(script, typed)}`,
  );
}

/**
 * Takes away what a killed process left half written. A `last` that was passed over for `previous` is set aside as `replaced.safetensors`:
 * it must not become the one before.
 */
export function clearBeforeResuming({ folder, checkpoint }: InterruptedRun): void {
  const run = { path: (...parts: string[]) => join(folder, ...parts) };
  for (const part of ['.', 'checkpoints']) {
    if (!existsSync(run.path(part))) continue;
    for (const file of readdirSync(run.path(part))) if (/\.\d+\.tmp$/.test(file)) rmSync(run.path(part, file), { force: true });
  }
  const last = lastCheckpointPath(run);
  if (!checkpoint || basename(checkpoint) !== basename(previousCheckpointPath(run)) || !existsSync(last)) return;
  renameSync(last, run.path('checkpoints', 'replaced.safetensors'));
}
