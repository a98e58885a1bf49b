import { type ParseArgsConfig, parseArgs } from 'node:util';
import { DlError } from '../core/errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** What Node's `parseArgs` gives for these options, positionals allowed. */
type Parsed<Known extends Options> = ReturnType<typeof parseArgs<{ options: Known; allowPositionals: true }>>;

/** The options (`--out file`) and the other words of a command line. @throws DlError `usage` with the command's help for what it does not have */
export function parseOptions<const Known extends Options>(args: readonly string[], options: Known, help: string): Parsed<Known> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw new DlError('usage', `${(cause as Error).message}\n${help}`, { cause });
  }
}
