const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C, or being told to end, as a signal to look at. */
export interface Interrupts {
  readonly signal: AbortSignal;
  /** From here on the process ends at once again. */
  release(): void;
}

/**
 * Keeps Ctrl-C from ending the process at once: what is being written is written whole, and the caller decides what to say.
 */
export function holdInterrupts(): Interrupts {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, abort);
    },
  };
}
