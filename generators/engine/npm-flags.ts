import { UsageError } from './exit.ts';
import type { Flag, ParsedFlags } from './flags.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Values that other tools (node-pre-gyp, Electron) have always put into a variable of the same name. */
const foreign: Record<string, readonly string[]> = { runtime: ['node', 'electron', 'node-webkit'] };
/** Names that npm itself knows: they come from its own settings or are meant for it. */
const ownedByNpm = ['yes', 'force', 'help', 'version', 'dry-run'];

/**
 * npm keeps every flag that stands before `--` for itself: `npm create dl-project my-app --model mlp` reaches us as
 * `my-app mlp` and `npm_config_model=true`. Throws a `UsageError` with the right spelling if that happened.
 */
export function refuseSwallowedFlags(parsed: ParsedFlags, flags: readonly Flag[], environment: Environment): void {
  const [directory, ...strays] = parsed.positionals;
  const swallowed: string[] = [];
  for (const flag of flags.filter((one) => !ownedByNpm.includes(one.name))) {
    const value = environment[variableOf(flag.name)];
    if (value === undefined || foreign[flag.name]?.includes(value)) continue;
    if (!flag.value) swallowed.push(`--${flag.name}`);
    else swallowed.push(`--${flag.name} ${value && value !== 'true' ? shellWord(value) : (strays.shift() ?? flag.value)}`);
  }
  if (swallowed.length > 0) {
    const names = swallowed.map((text) => text.split(' ')[0]).join(' and ');
    throw new UsageError(
      `npm kept ${names} for itself: flags stand behind two dashes. Type:\n  npm create dl-project ${[directory, '--', ...swallowed].filter(Boolean).join(' ')}`,
    );
  }
  if (strays.length > 0) {
    throw new UsageError(
      `One folder is expected, but these came too: ${strays.map((text) => JSON.stringify(text)).join(', ')}.\n` +
        'A flag stands behind two dashes: npm create dl-project my-app -- --model mlp',
    );
  }
}

/** `npm create dl-project my-app --dry-run` leaves only this trace; it must not write a file. */
export function npmDryRun(environment: Environment): boolean {
  return environment.npm_config_dry_run === 'true';
}

/** The variable npm makes of a flag: `--skip-install` becomes `npm_config_skip_install`, `--no-x` an empty `npm_config_x`. */
function variableOf(flag: string): string {
  return `npm_config_${flag.replace(/^no-/, '').replaceAll('-', '_')}`;
}

function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : JSON.stringify(value);
}
