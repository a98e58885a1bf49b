import { UsageError } from './exit.ts';
import { type Flag, type ParsedFlags, quote } from './flags.ts';
import { callingPackageManager, createCommand } from './package-manager.ts';
import { shellWord } from './shell-word.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names that npm itself knows. Those that matter are honoured; `--force` is asked for again where it is needed. */
const ownedByNpm = ['yes', 'force', 'help', 'version', 'dry-run', 'json'];

/** npm takes a flag for the beginning of one of its own: `--ci github` arrives as `--cidr github`. */
const expandedByNpm: Readonly<Record<string, string>> = { ci: 'cidr' };

/** Values that are meant for npm (`git`: which program, `cidr`: addresses) or for node-pre-gyp and Electron. */
const foreign: Readonly<Record<string, RegExp>> = {
  git: /^(?!(yes|no)$)/,
  ci: /[./]/,
  runtime: /^(node|electron|node-webkit)$/,
  target: /^v?\d+\.\d+\.\d+/,
};

/**
 * npm keeps every flag that stands before `--` for itself: `npm create dl-project my-app --model mlp` reaches us as
 * `my-app mlp` and `npm_config_model=true`. Throws a `UsageError` with the right spelling if that happened.
 */
export function refuseSwallowedFlags({ positionals }: ParsedFlags, flags: readonly Flag[], environment: Environment): void {
  const [directory, ...strays] = positionals;
  const words = directory === undefined ? [] : [shellWord(directory)];
  const swallowed = callingPackageManager(environment).name === 'npm' ? swallowedFlags(flags, strays, environment) : [];
  if (swallowed.length > 0) {
    const names = swallowed.map((text) => text.split(' ')[0]).join(' and ');
    throw new UsageError(
      `npm kept ${names} for itself: flags stand behind two dashes. Type:\n  ${createCommand(environment, words, swallowed)}`,
    );
  }
  if (strays.length > 0) {
    throw new UsageError(
      `One folder is expected, but these came too: ${strays.map(quote).join(', ')}.\n` +
        `This is how flags are typed: ${createCommand(environment, ['my-app'], ['--model mlp'])}`,
    );
  }
}

/** The command line with the switches that npm kept although they are meant for both: `--dry-run` and `--json`. */
export function withSwallowedSwitches(parsed: ParsedFlags, environment: Environment): ParsedFlags {
  const swallowed = ['dry-run', 'json'].filter((name) => environment[variableOf(name)] === 'true');
  return { ...parsed, switches: new Set([...parsed.switches, ...swallowed]) };
}

/** The flags as they were meant; a value that came apart from its flag is the next of the `strays`, which is taken away. */
function swallowedFlags(flags: readonly Flag[], strays: string[], environment: Environment): string[] {
  const found: string[] = [];
  for (const { name, alias, value: placeholder } of flags.filter((one) => !ownedByNpm.includes(one.name))) {
    for (const spelling of alias ? [name, alias] : [name]) {
      const value = environment[variableOf(expandedByNpm[spelling] ?? spelling)] ?? environment[variableOf(spelling)];
      if (value === undefined || foreign[spelling]?.test(value)) continue;
      if (!placeholder) found.push(`--${spelling}`);
      else found.push(`--${spelling} ${typedValue(value, strays) ?? placeholder}`);
    }
  }
  return found;
}

/** The variable npm makes of a flag: `--skip-install` becomes `npm_config_skip_install`, `--no-x` an empty `npm_config_x`. */
function variableOf(flag: string): string {
  return `npm_config_${flag.replace(/^no-/, '').replaceAll('-', '_')}`;
}

/** What was meant for a flag: npm has it, or it came apart. */
function typedValue(value: string, strays: string[]): string | undefined {
  const meant = value && value !== 'true' ? value : strays.shift();
  return meant === undefined ? undefined : shellWord(meant);
}
