import type { Surroundings } from './engine/interactive.ts';
import type { Output, Streams } from './engine/output.ts';

/** Where the command runs and prints. */
export type Terminal = Surroundings & Streams;

/** One call of a command. */
export interface CommandCall {
  /** The words and flags behind the command's name. */
  readonly argv: readonly string[];
  readonly terminal: Terminal;
  readonly output: Output;
  /** All commands, for the help. */
  readonly commands: readonly CommandEntry[];
  /** The version of this tool. */
  readonly version: string;
}

/** A command of `create-dl-project`: what the help shows without loading it. */
export interface CommandEntry {
  readonly name: string;
  /** How it is typed. */
  readonly usage: string;
  readonly summary: string;
  /** Runs it; returns the exit code. */
  readonly load: () => Promise<{ readonly run: (call: CommandCall) => Promise<number> }>;
}
