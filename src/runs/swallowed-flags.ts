import { DlError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { scriptCommand } from './script-command.ts';

/** npm's own options whose names a setting could have too; npm handed these to nobody by mistake. */
const ownOfNpm = new Set(
  `access audit before browser ca cache cafile call cert cidr color cpu depth description diff editor force global heading include json key libc link
  location loglevel long maxsockets message noproxy offline omit only optional os otp package parseable password prefix production progress
  proxy registry save scope searchlimit shell tag timing umask unicode usage userconfig version versions viewer which workspace workspaces yes`.split(
    /\s+/,
  ),
);

/**
 * npm takes `--seeds=5` for an option of its own: the script sees only `npm_config_seeds=5` in its environment.
 * Better to stop than to train with other settings than were typed. (Of `--training.epochs=3` nothing is left to be seen.)
 *
 * @param names what may be given: dotted keys of settings, and the script's own names
 * @param switches names that stand alone
 * @throws DlError `usage` with the right spelling
 */
export function refuseSwallowedFlags(
  script: string,
  words: readonly string[],
  names: readonly string[],
  switches: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): void {
  if (!environment.npm_config_user_agent?.startsWith('npm/')) return;
  const known = spellings(names, switches);
  const kept: string[] = [];
  const right: string[] = [];
  for (const [variable, value = ''] of Object.entries(environment)) {
    const flag = /^npm_config_(\w+)$/.exec(variable)?.[1];
    if (flag === undefined || value === '' || ownOfNpm.has(flag)) continue;
    const exact = known.get(plain(flag));
    const meant = exact ?? known.get(nearest(plain(flag), known.keys(), 1) ?? '');
    if (!meant) continue;
    kept.push(`--${exact ? meant.short : flag.replaceAll('_', '-')}`);
    if (value !== 'true') right.push(`${meant.name}=${value}`);
    else right.push(switches.includes(meant.name) ? meant.name : `${meant.name}=...`);
  }
  if (kept.length === 0) return;
  throw new DlError('usage', `npm kept ${kept.join(' and ')} for itself. Type: ${scriptCommand(script, ...words, ...right)}`);
}

/** From how npm writes a name to how it is to be typed: `batchsize` -> `data.batchSize`, `model` -> `model.name`. */
function spellings(names: readonly string[], switches: readonly string[]): Map<string, { readonly short: string; readonly name: string }> {
  const known = new Map<string, { short: string; name: string }>();
  const add = (short: string, name: string) => {
    if (!known.has(plain(short))) known.set(plain(short), { short, name });
  };
  for (const name of [...switches, ...names]) add(name, name);
  for (const name of names) {
    const parts = name.split('.');
    add(parts[parts.length - 1], name);
    if (parts.length > 1 && parts[parts.length - 1] === 'name') add(parts[parts.length - 2], name);
  }
  return known;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
