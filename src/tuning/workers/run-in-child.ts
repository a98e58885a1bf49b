import { type ChildProcess, fork } from 'node:child_process';
import type { Run } from '../../runs/run.ts';
import type { TrialFailure } from '../study.ts';
import { describeDeath } from './describe-death.ts';
import type { TrialJob, TrialWatcher } from './trial-job.ts';
import { type StudyMessage, type TrialMessage, trialVariable } from './trial-process.ts';

/** So much of what a process said last is kept, to tell why it died. */
const keptCharacters = 4000;

/** Where and how the processes of trials are started. */
export interface ChildOptions {
  /** The script that is started again. */
  readonly started: NonNullable<Run['started']>;
  /** For what it computes, unless `DL_THREADS` says otherwise. */
  readonly threads: number | undefined;
  /** Ends the process. */
  readonly signal: AbortSignal;
  /** Asks it to end, with what it has on disk. */
  readonly leave?: AbortSignal;
}

/** So long a process may take to end that was asked to. */
const patienceMilliseconds = 5000;

/** Does a job in a process of its own: what it takes of memory returns to the system, and nothing that happens to it ends the study. */
export function runInChild(
  job: TrialJob,
  { started, threads, signal, leave }: ChildOptions,
  watcher: TrialWatcher,
): Promise<number | TrialFailure> {
  const child = fork(started.file, started.words, {
    env: environmentOf(threads),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced', // JSON has no NaN
  });
  const kill = () => child.kill('SIGKILL');
  let timer: NodeJS.Timeout | undefined;
  const ask = () => {
    child.kill('SIGTERM');
    timer = setTimeout(kill, patienceMilliseconds);
  };
  signal.addEventListener('abort', kill);
  leave?.addEventListener('abort', ask);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-keptCharacters);
  });
  return new Promise<number | TrialFailure>((resolve, reject) => {
    let result: number | TrialFailure | undefined;
    const answer = async (message: TrialMessage) => {
      if (message.kind === 'ready') send(child, { kind: 'job', job });
      else if (message.kind === 'run') watcher.onRun(message.shown);
      else if (message.kind === 'epoch') send(child, { kind: 'verdict', stop: (await watcher.onEpoch(message.values)) ?? null });
      else if (message.kind === 'fold') send(child, { kind: 'verdict', stop: (await watcher.onFold(message.folds)) ?? null });
      else if (message.kind === 'done') result = message.value;
      else result = { state: 'fail', cause: message.cause, isFinal: message.isFinal };
    };
    child.on('message', (message: TrialMessage) => {
      answer(message).catch(reject); // the study's storage cannot be written
    });
    child.on('error', reject);
    child.on('close', (code, name) => resolve(result ?? { state: 'fail', cause: describeDeath(code, name, said) }));
  }).finally(() => {
    signal.removeEventListener('abort', kill);
    leave?.removeEventListener('abort', ask);
    clearTimeout(timer);
    kill();
  });
}

/** Not by a literal with `...`: V8 makes a hidden class for each variable, 20 to 65 KB a trial that are collected late. */
function environmentOf(threads: number | undefined): NodeJS.ProcessEnv {
  return Object.assign({}, threads && { DL_THREADS: String(threads) }, process.env, { [trialVariable]: '1' });
}

/** It may have died meanwhile: `close` tells. */
function send(child: ChildProcess, message: StudyMessage): void {
  if (child.connected) child.send(message, () => {});
}
