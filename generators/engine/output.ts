import { ExitError, exitCodes } from './exit.ts';
import { wrapWords } from './wrap-words.ts';

/** The two streams of the process, and the width of its terminal in characters. */
export interface Streams {
  readonly columns: number;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/**
 * What a command says: to people, or with `--json` to tools. A command never prints by itself; it calls `note` while it
 * works, and `result` once, when it is done. So standard output has exactly one JSON object with `--json`, whatever happens.
 */
export interface Output {
  readonly columns: number;
  readonly isJson: boolean;
  /** Says what goes on. With `--json` nothing. */
  note(text: string): void;
  /** Says what came of it: `text` to people, `data` to tools. */
  result(text: string, data: object): void;
  /**
   * Says why it ended early, on standard error; with `--json` as `{ "error": { "code", "message", "exitCode" } }` on
   * standard output, where `code` is the name of the exit code: `usage`, `failure`, `cancelled`.
   * @returns the exit code
   */
  error(error: unknown): number;
}

/** An output to these streams. */
export function createOutput(streams: Streams, isJson: boolean): Output {
  const wrapped = (text: string) =>
    text
      .split('\n')
      .map((line) => wrapWords(line, streams.columns))
      .join('\n');
  const printData = (data: object) => streams.print(JSON.stringify(data, undefined, 2));
  return {
    columns: streams.columns,
    isJson,
    note: (text) => (isJson ? undefined : streams.print(wrapped(text))),
    result: (text, data) => (isJson ? printData(data) : streams.print(text)),
    error(error) {
      const foreseen = error instanceof ExitError;
      const exitCode = foreseen ? error.exitCode : exitCodes.failure;
      const message = error instanceof Error ? error.message.trim() : String(error);
      if (isJson) printData({ error: { code: nameOf(exitCode), message, exitCode } });
      else if (foreseen) streams.printError(error.message.replace(/^/gm, '  '));
      if (!foreseen) streams.printError(`  This should not have happened; please report it with these lines.\n${stackOf(error)}`);
      return exitCode;
    },
  };
}

function nameOf(exitCode: number): string {
  return Object.entries(exitCodes).find(([, code]) => code === exitCode)?.[0] ?? 'failure';
}

function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}
