import { type ParseArgsConfig, parseArgs } from 'node:util';
import { DlError } from '../core/errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options (`--out file`) and the other words of a command line. @throws DlError `usage` with the command's help for what it does not have */
export function parseOptions<const Known extends Options>(args: readonly string[], options: Known, help: string) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw new DlError('usage', `${(cause as Error).message}\n${help}`, { cause });
  }
}
