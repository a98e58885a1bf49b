import { UsageError } from './exit.ts';

/** Where a command runs, as far as it decides whether to ask. */
export interface Surroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether stdin and stdout are terminals. */
  readonly isTerminal: boolean;
}

/**
 * Whether questions are asked: in a terminal on both sides, unless a flag, npm's own `--yes` or `CI` says no.
 * @throws UsageError where `--ask-all` wants questions that cannot be asked
 */
export function readInteractive(switches: ReadonlySet<string>, surroundings: Surroundings): boolean {
  const why = whyNot(switches, surroundings);
  if (why && switches.has('ask-all')) throw new UsageError(`--ask-all asks every question, but ${why}. Leave one of them out.`);
  return why === undefined;
}

function whyNot(switches: ReadonlySet<string>, { environment, isTerminal }: Surroundings): string | undefined {
  const flag = ['yes', 'no-interactive', 'json', 'dry-run'].find((name) => switches.has(name));
  if (flag) return `--${flag} asks nothing`;
  if (!isTerminal) return 'there is no terminal to ask in';
  if (isSet(environment.CI)) return 'CI is set, so nobody is there to answer';
  // `npm create dl-project my-app --yes`: npm keeps the flag, which is meant for us as well.
  if (environment.npm_config_yes === 'true' && !switches.has('ask-all')) return 'npm was told --yes';
  return undefined;
}

/** As everywhere: `CI=false`, `CI=0` and an empty `CI` say that this is no CI. */
function isSet(value: string | undefined): boolean {
  return !['', '0', 'false'].includes(value?.toLowerCase() ?? '');
}
