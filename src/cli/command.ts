/** A subcommand of `dl-project`. */
export interface Command {
  /** What `dl-project <name> --help` prints. */
  readonly help: string;
  /**
   * @param args what follows the name on the command line
   * @returns the exit code
   * @throws DlError with what to type instead
   */
  run(args: readonly string[]): Promise<number>;
}

/** How a subcommand is listed; its code is loaded only when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}
