import { setTimeout as sleep } from 'node:timers/promises';
import { DlError, type ErrorCode } from '../core/errors.ts';
import { scriptCommand } from './script-command.ts';

/** What the user can put right on the command line or in config.ts. */
const usageErrors: readonly ErrorCode[] = ['usage', 'config', 'name'];
const hindrances: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk can only be read',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'a folder of that name is in the way',
  EEXIST: 'something of that name is in the way',
  ENOENT: 'its folder is not there, and cannot be made',
};
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
/** Windows has no SIGUSR1. */
export const leavingSignals: readonly NodeJS.Signals[] = process.platform === 'win32' ? ['SIGTERM'] : ['SIGTERM', 'SIGUSR1'];
type EndSignal = keyof typeof signals;

/**
 * Tells an error on stderr: a `DlError` by its message, what the system refused by a sentence, anything else, which is a bug, with its stack.
 * @returns the exit code
 */
export function reportError(error: unknown): number {
  const { text, exitCode } = describeError(error) ?? {};
  if (text !== undefined && exitCode !== undefined) {
    process.stderr.write(`${text.replace(/^(?=.)/gm, '  ')}\n`);
    return exitCode;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

/** What to tell people about an error, and the exit code; undefined for what is a bug. */
export function describeError(error: unknown): { readonly text: string; readonly exitCode: number } | undefined {
  if (error instanceof DlError) return { text: error.message, exitCode: usageErrors.includes(error.code) ? 2 : 1 };
  const text = hindranceOf(error);
  return text === undefined ? undefined : { text, exitCode: 1 };
}

/** What to do about a disk, a folder or a limit that no code can help; undefined for every other error. */
function hindranceOf(error: unknown): string | undefined {
  const { code = '', message = '', path: from, dest } = (error ?? {}) as NodeJS.ErrnoException & { dest?: string };
  const path = dest ?? from; // what is written first has another name until it is whole
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk is full. Make room, for example by deleting old folders of runs/. Typed again, the command goes on where it was; a training by ${scriptCommand('train', 'resume')}`;
  const reason = hindrances[code];
  return reason === undefined ? undefined : `${path ? `${path} cannot be used` : message}: ${reason}.`;
}

/** How long the process goes on after Ctrl-C for what others are told. */
const lastMilliseconds = 3_000;

/**
 * Calls `cleanUp` and ends the process when Ctrl-C is pressed or the process is asked to end: at once, or when `rest` is done, at most 3
 * seconds later. A second Ctrl-C does not wait.
 * @param cleanUp synchronous; returns what to tell the user
 * @returns a function that puts things back as they were, for all of the signals or for some
 */
export function endOnSignal(
  cleanUp: () => { readonly said: string; readonly rest?: Promise<unknown> },
): (only?: readonly EndSignal[]) => void {
  const end = (signal: EndSignal) => {
    const { said, rest } = cleanUp();
    process.stderr.write(`\n  ${said}\n`);
    if (!rest) process.exit(signals[signal]);
    Promise.race([rest, sleep(lastMilliseconds)]).finally(() => process.exit(signals[signal]));
  };
  const all = Object.keys(signals) as EndSignal[];
  for (const name of all) process.once(name, end);
  return (names = all) => {
    for (const name of names) process.off(name, end);
  };
}

/** Whether the process is asked to leave soon, as schedulers do before they take a machine away: SIGTERM, SIGUSR1. A second one ends it. */
export function leaveOnSignal(): AbortSignal {
  const leaving = new AbortController();
  for (const name of leavingSignals) process.once(name, () => leaving.abort());
  return leaving.signal;
}

/** A training goes on when the reader of its output, `head` or a pager, has gone. */
export function survivePagers(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
