import { relative, resolve } from 'node:path';
import { type Destination, readDestination } from '../engine/destination.ts';
import { UsageError } from '../engine/exit.ts';
import type { ParsedFlags } from '../engine/flags.ts';
import { callingPackageManager, namedPackageManager, type PackageManager } from '../engine/package-manager.ts';
import { type PackageSpec, readPackageSpec } from '../engine/package-spec.ts';
import { type GivenAnswers, refuseUnknownAnswers, withDefaults } from '../engine/questions.ts';
import type { AppInput } from './input.ts';
import { installedPackages } from './package-json.ts';
import { type AppAnswers, installQuestion, questions, refuseCombination } from './questions.ts';

/** Where the command runs. */
export interface Surroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether stdin and stdout are terminals. */
  readonly isTerminal: boolean;
}

/** The command line, understood and checked: nothing in it can fail later for a reason of its own. */
export interface CreateRequest {
  readonly destination: Destination;
  /** Answers by flag; without questions, all answers. */
  readonly given: GivenAnswers;
  readonly interactive: boolean;
  readonly dataOptions: Readonly<Record<string, string>>;
  readonly packageManager: PackageManager;
  readonly packages: { readonly runtime: string; readonly generator?: string };
  readonly skipInstall: boolean;
  readonly skipGit: boolean;
  readonly force: boolean;
  readonly version: string;
}

/** Where a path was typed, and where it will be read. */
interface Place {
  readonly cwd: string;
  readonly folder: string;
}

/** The project's name where none is given. */
export const defaultName = 'my-dl-project';

/** Checks a command line against what there is; whatever is wrong is a `UsageError` before a file is written. */
export function readRequest(parsed: ParsedFlags, surroundings: Surroundings, version: string): CreateRequest {
  const { values, switches } = parsed;
  const destination = readDestination(parsed.positionals[0] ?? defaultName, surroundings.cwd, installedPackages);
  const from = { cwd: surroundings.cwd, folder: destination.folder };
  const interactive = surroundings.isTerminal && !surroundings.environment.CI && !switches.has('yes') && !switches.has('no-interactive');
  const given = readAnswers(parsed, interactive);
  const packageManager = values.get('package-manager');
  return {
    destination,
    given,
    interactive,
    dataOptions: readDataOptions(values, given.data, from),
    packageManager: packageManager
      ? namedPackageManager(packageManager)
      : callingPackageManager(surroundings.environment.npm_config_user_agent),
    packages: readPackages(values, from, version),
    skipInstall: switches.has('skip-install'),
    skipGit: switches.has('skip-git'),
    force: switches.has('force'),
    version,
  };
}

/** What the plan needs, once every question is answered. */
export function inputOf(request: CreateRequest, answers: GivenAnswers): AppInput {
  const { destination, dataOptions, packages, packageManager, version } = request;
  return { name: destination.name, answers: answers as unknown as AppAnswers, dataOptions, packages, packageManager, version };
}

function readAnswers({ values, switches }: ParsedFlags, interactive: boolean): GivenAnswers {
  const names = questions.map((question) => question.name).filter((name) => values.has(name));
  const given: Record<string, string> = Object.fromEntries(names.map((name) => [name, values.get(name)!]));
  refuseUnknownAnswers(questions, given);
  const named = dataFlags.find(({ flag }) => values.has(flag));
  if (named) given.data ??= named.kind; // a path says which kind of data is meant
  refuseCombination(given);
  if (switches.has('skip-install') || switches.has('skip-git')) given.install = 'yes';
  return interactive ? given : withDefaults([...questions, installQuestion], given);
}

/** The flags that say where the data is; each belongs to one kind of data. */
const dataFlags = [
  { flag: 'data-folder', option: 'folder', kind: 'idx', others: ['image-folder', 'mnist', 'fashion-mnist', 'cifar10', 'cifar100'] },
  { flag: 'data-file', option: 'file', kind: 'csv', others: [] },
  { flag: 'target', option: 'target', kind: 'csv', others: [] },
] as const satisfies readonly { flag: string; option: string; kind: string; others: readonly string[] }[];

function readDataOptions(values: ReadonlyMap<string, string>, data: string | undefined, from: Place): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { flag, option, kind, others } of dataFlags) {
    const value = values.get(flag);
    if (value === undefined) continue;
    const kinds: readonly (string | undefined)[] = [kind, ...others];
    if (!kinds.includes(data)) throw new UsageError(`--${flag} is for --data ${kinds.join(', ')}, but the data is ${data}.`);
    options[option] = option === 'target' ? value : relative(from.folder, resolve(from.cwd, value)).replaceAll('\\', '/') || '.';
  }
  return options;
}

/** Both packages are released together, so the runtime of this version is meant; a local runtime says that nothing is released yet. */
function readPackages(
  values: ReadonlyMap<string, string>,
  from: { cwd: string; folder: string },
  version: string,
): CreateRequest['packages'] {
  const read = (flag: string, name: string): PackageSpec | undefined =>
    values.has(flag) ? readPackageSpec(flag, values.get(flag)!, name, from) : undefined;
  const runtime = read('runtime', 'dl-project');
  const generator = read('generator', 'create-dl-project');
  return { runtime: runtime?.text ?? version, generator: generator?.text ?? (runtime?.isFile ? undefined : version) };
}
