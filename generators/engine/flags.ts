import { parseArgs } from 'node:util';
import { UsageError } from './exit.ts';
import { didYouMean } from './nearest.ts';

/** One flag of a command line. Questions become flags by `flagOf`; the rest is declared beside the command. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** Another spelling; it is read as `name`. */
  readonly alias?: string;
  /** What stands for the value in the help (`<spec>`); a flag without it is a switch. */
  readonly value?: string;
  readonly summary: string;
}

/** A command line as typed. */
export interface ParsedFlags {
  readonly positionals: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

/** Reads a command line; an unknown flag, a missing value or a value too many is a `UsageError` that names the flag. */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(flags.flatMap(optionsOf)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags.find((one) => one.name === token.name || one.alias === token.name);
    if (!flag) throw new UsageError(unknownFlag(token.rawName, flags));
    if (!flag.value) {
      if (token.value !== undefined) throw new UsageError(`--${flag.name} takes no value, but came with ${quote(token.value)}.`);
      switches.add(flag.name);
    } else if (!token.value || (!token.inlineValue && token.value.startsWith('--'))) {
      throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}`);
    } else {
      values.set(flag.name, token.value);
    }
  }
  return { positionals, values, switches };
}

function optionsOf({ name, short, alias, value }: Flag): [string, { type: 'string' | 'boolean'; short?: string }][] {
  const type = value ? 'string' : 'boolean';
  return [[name, { type, ...(short ? { short } : {}) }], ...(alias ? [[alias, { type }] as [string, { type: typeof type }]] : [])];
}

/** The flags as a table for `--help`. */
export function describeFlags(flags: readonly Flag[]): string {
  const left = flags.map((flag) => `${flag.short ? `-${flag.short}, ` : '    '}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`);
  const width = Math.max(...left.map((text) => text.length));
  return flags.map((flag, index) => `  ${left[index].padEnd(width)}  ${flag.summary}`).join('\n');
}

/** A value as it came, made safe to print: no control characters, and not endless. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

function unknownFlag(typed: string, flags: readonly Flag[]): string {
  const names = flags.map((flag) => flag.name);
  return `There is no flag ${quote(typed)}.${didYouMean(typed.replace(/^-+/, ''), names, '--')} All flags: create-dl-project --help`;
}
