/**
 * A signal that is aborted by Ctrl-C or by being told to end. From the first call on neither ends the process at once:
 * what is being written is written whole, and the caller decides what to say.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
