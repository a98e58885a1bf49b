import { fork } from 'node:child_process';
import { DlError } from '../../core/errors.ts';
import type { Outcome } from '../study.ts';
import { describeDeath } from './describe-death.ts';

/** Where a trial is computed: in the process that runs the study, or each in a process of its own. */
export const isolations = ['inline', 'process'] as const;

/** Set in the process of one trial of `study.optimize(objective, { isolation: 'process' })`. */
const isolatedVariable = 'DL_ISOLATED_TRIAL';
/** So much of what a process said last is kept, to tell why it died. */
const keptCharacters = 4000;

/** Which trial a process is for. */
export interface IsolatedTrial {
  readonly study: string;
  readonly number: number;
  readonly isEnqueued: boolean;
}

let mine: IsolatedTrial | undefined;
if (process.env[isolatedVariable] !== undefined && process.send !== undefined) {
  mine = JSON.parse(process.env[isolatedVariable]) as IsolatedTrial;
  delete process.env[isolatedVariable]; // what the objective starts is no trial
}

/** The trial that this process was started for; undefined in the process that runs the study. */
export function isolatedTrial(): IsolatedTrial | undefined {
  return mine;
}

/**
 * Starts this process' script again, which runs one trial as soon as it comes to `optimize`. Nothing that happens to it ends the study.
 * @param threads for what it computes, unless `DL_THREADS` says otherwise
 * @param signal ends it
 * @throws DlError `refused` where no script was started
 */
export function runIsolated(which: IsolatedTrial, threads: number | undefined, signal: AbortSignal): Promise<Outcome> {
  const [, script, ...words] = process.argv;
  if (script === undefined)
    throw new DlError('refused', "isolation: 'process' starts the script again, and none was started. Put the study into a file.");
  const child = fork(script, words, {
    env: { ...(threads && { DL_THREADS: String(threads) }), ...process.env, [isolatedVariable]: JSON.stringify(which) },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    serialization: 'advanced', // JSON has no NaN
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-keptCharacters);
    process.stderr.write(chunk);
  });
  return new Promise<Outcome>((resolve, reject) => {
    let outcome: Outcome | undefined;
    child.on('message', (message: Outcome) => {
      outcome = message;
    });
    child.on('error', reject);
    child.on('close', (code, name) => resolve(outcome ?? { state: 'fail', cause: deathOf(code, name, said) }));
  }).finally(() => {
    signal.removeEventListener('abort', kill);
    kill();
  });
}

function deathOf(code: number | null, name: NodeJS.Signals | null, said: string): string {
  return code === 0 && name === null
    ? 'its process ended before it came to the trial: its script must reach optimize'
    : describeDeath(code, name, said);
}

/** Does the one trial of this process, and ends it; it ends too when the study's process is gone. */
export async function serveIsolated(work: () => Promise<Outcome>): Promise<never> {
  process.on('disconnect', () => process.exit(1));
  const outcome = await work();
  await new Promise<void>((resolve) => process.send?.(outcome, () => resolve()));
  process.exit(0);
}
