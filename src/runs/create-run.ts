import { mkdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { BackendInfo } from '../backend/use-backend.ts';
import type { AnyConfig } from '../config/config-types.ts';
import { describeChanges } from './describe-changes.ts';
import { readEnvironment } from './environment.ts';
import { makeLatest } from './latest-run.ts';
import type { InterruptedRun } from './resume-run.ts';
import type { Run, RunEvent, RunKind, RunSwitches } from './run.ts';
import { newRunId } from './run-id.ts';
import { type RunRecord, type RunStatus, writeRunRecord } from './run-record.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

export const allSwitchesOff: RunSwitches = { fastDevRun: false, overfitBatches: 0 };

export interface RunOptions<Config> {
  /** The project's folder. */
  readonly root: string;
  /** The resolved config. */
  readonly config: Config;
  /** The experiments that changed it: `quick,wide`. @default none */
  readonly experiment?: string;
  /** @default 'train' */
  readonly kind?: RunKind;
  /** @default all off */
  readonly switches?: RunSwitches;
  /** Folder below `runs/`. @default the model's name */
  readonly group?: string;
  /** @default the kind */
  readonly script?: string;
  readonly backend?: Pick<BackendInfo, 'name' | 'threads'>;
  /** Where `run.print` goes. @default nowhere */
  readonly print?: (text: string) => void;
}

/** A run that this process began and has to end. */
export interface StartedRun<Config> {
  readonly run: Run<Config>;
  /** Writes how it ended. A finished `train` run becomes the default of the other scripts. Only the first call counts. */
  end(status: Exclude<RunStatus, 'running' | 'killed'>, outcome?: Pick<RunRecord, 'result' | 'error'>): void;
  /** Does what `run.on` was given for this, and waits until it is done. What fails there has no say in the run. */
  tell(event: RunEvent): Promise<void>;
}

/** What ends the runs that this process has not ended yet. */
const openRuns = new Set<() => StoppedRun>();

interface StoppedRun {
  readonly record: RunRecord;
  /** Undefined where nobody wants to know. */
  readonly told: Promise<void> | undefined;
}

/** Ends every open run as `stopped`, for Ctrl-C. */
export function stopOpenRuns(): readonly StoppedRun[] {
  return [...openRuns].map((stop) => stop());
}

/** Begins a run: makes its folder, which no other run can have, and writes `config.json` and `run.json`. */
export function createRun<Config extends AnyConfig>(options: RunOptions<Config>): StartedRun<Config> {
  const { config, experiment, kind = 'train', switches = allSwitchesOff, backend } = options;
  const root = resolve(options.root);
  const { id, folder } = makeFolder(join(root, 'runs', options.group ?? config.model.name));
  const record: RunRecord = {
    id,
    kind,
    status: 'running',
    script: options.script ?? kind,
    start: new Date().toISOString(),
    experiment,
    seed: config.seed,
    switches,
    backend: backend && { name: backend.name, threads: backend.threads },
    environment: readEnvironment(root),
    processId: process.pid,
    config,
  };
  return beginRun({ id, folder, root, kind, switches, config, print: options.print }, record);
}

/** Goes on with a run that was interrupted, in its own folder. */
export function reopenRun<Config extends AnyConfig>(
  { folder, record, checkpoint }: InterruptedRun,
  options: Pick<RunOptions<Config>, 'root' | 'config' | 'backend' | 'print'>,
): StartedRun<Config> & { readonly notes: readonly string[] } {
  const { config, print } = options;
  const root = resolve(options.root);
  const backend = options.backend && { name: options.backend.name, threads: options.backend.threads };
  const environment = readEnvironment(root);
  const changes = describeChanges([record, ...(record.resumes ?? [])], { environment, backend });
  const notes = [...(checkpoint ? [] : ['It was interrupted before anything was saved: it begins anew.']), ...(changes ? [changes] : [])];
  const { end: _ended, result: _result, error: _error, ...kept } = record;
  const reopened: RunRecord = {
    ...kept,
    status: 'running',
    resumes: [...(record.resumes ?? []), { start: new Date().toISOString(), backend, environment, notes }],
    processId: process.pid,
    config,
  };
  const switches = { ...record.switches, ...(checkpoint && { resumeFrom: checkpoint }) };
  return { ...beginRun({ id: record.id, folder, root, kind: record.kind, switches, config, print }, reopened), notes };
}

function beginRun<Config extends AnyConfig>(facts: RunFacts<Config>, record: RunRecord): StartedRun<Config> {
  const { folder, root, kind, config } = facts;
  writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  writeRunRecord(folder, record);
  const actions: { readonly event: RunEvent; action(): void | Promise<void> }[] = [];
  const run = {
    ...runAt(facts, (more) => {
      writeRunRecord(folder, Object.assign(record, more));
    }),
    on: (event: RunEvent, action: () => void | Promise<void>) => void actions.push({ event, action }),
  };
  const tell = async (event: RunEvent) => {
    await Promise.allSettled(actions.filter((one) => one.event === event).map(async ({ action }) => action()));
  };
  const end: StartedRun<Config>['end'] = (status, outcome) => {
    if (record.status !== 'running') return;
    openRuns.delete(stop);
    Object.assign(record, { status, end: new Date().toISOString() }, outcome);
    writeRunRecord(folder, record);
    if (status === 'finished' && kind === 'train') makeLatest(root, folder);
  };
  const stop = () => {
    end('stopped');
    return { record, told: actions.some(({ event }) => event === 'stopped') ? tell('stopped') : undefined };
  };
  openRuns.add(stop);
  return { run, end, tell };
}

type RunFacts<Config> = Pick<Run<Config>, 'id' | 'folder' | 'root' | 'kind' | 'switches' | 'config'> & Pick<RunOptions<Config>, 'print'>;

/** The run with these facts; touches no file. */
export function runAt<Config>(facts: RunFacts<Config>, record: Run['record'] = () => {}): Run<Config> {
  const { folder, root, print = () => {} } = facts;
  return {
    ...facts,
    path: (...parts) => join(folder, ...parts),
    shown: (path) => relative(root, path).split(sep).join('/'),
    print,
    record,
  };
}

function makeFolder(parent: string): { id: string; folder: string } {
  mkdirSync(parent, { recursive: true });
  for (;;) {
    const id = newRunId();
    const folder = join(parent, id);
    try {
      mkdirSync(folder); // fails where it exists: the folder is ours alone
      return { id, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
