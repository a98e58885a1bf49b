/** What the process says to the shell. 4 (drift) and 5 (outdated) are kept for `update` and `doctor`. */
export const exitCodes = { done: 0, failure: 1, usage: 2, conflicts: 3, cancelled: 130 } as const;

/** An end that was foreseen: its message is printed without a stack, and the process ends with `exitCode`. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command cannot be meant so; nothing was written. The message says what came, what is allowed and what to type. */
export class UsageError extends ExitError {
  constructor(message: string) {
    super(exitCodes.usage, message);
  }
}

/** The person at the keyboard changed their mind. */
export class CancelledError extends ExitError {
  constructor(message = 'Cancelled. Nothing was written.') {
    super(exitCodes.cancelled, message);
  }
}
