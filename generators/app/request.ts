import { spawnSync } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { datasets } from '../../src/catalog.ts';
import { type Destination, readDestination } from '../engine/destination.ts';
import { UsageError } from '../engine/exit.ts';
import type { ParsedFlags } from '../engine/flags.ts';
import { readInteractive, type Surroundings } from '../engine/interactive.ts';
import { callingPackageManager, type VersionedPackageManager } from '../engine/package-manager.ts';
import { type PackageSpec, readPackageSpec } from '../engine/package-spec.ts';
import { type AnswerOptions, type GivenAnswers, refuseUnknownAnswers, withDefaults } from '../engine/questions.ts';
import type { AppInput } from './input.ts';
import { installedPackages } from './package-json.ts';
import { type AppAnswers, questions, refuseCombination } from './questions.ts';

/** The command line, understood and checked: nothing in it can fail later for a reason of its own. */
export interface CreateRequest {
  readonly destination: Destination;
  /** Answers by flag; without questions, all answers. */
  readonly given: GivenAnswers;
  readonly interactive: boolean;
  /** How the open questions are asked. */
  readonly asking: AnswerOptions;
  readonly dataOptions: Readonly<Record<string, string>>;
  /** The package manager that called, and where the command was typed. */
  readonly caller: VersionedPackageManager;
  readonly environment: Surroundings['environment'];
  readonly packages: { readonly runtime: string; readonly generator?: string };
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
  const { cwd, environment } = surroundings;
  const destination = readDestination(parsed.positionals[0] ?? defaultName, cwd, installedPackages);
  const from = { cwd, folder: destination.folder };
  const interactive = readInteractive(switches, surroundings);
  const caller = callingPackageManager(environment);
  const askAll = interactive && switches.has('ask-all');
  const given = readAnswers(parsed, caller, askAll);
  return {
    destination,
    given: interactive ? given : withDefaults(questions, given),
    interactive,
    asking: { askAll, preferred: { 'package-manager': caller.name } },
    dataOptions: readDataOptions(values, given.data, from),
    caller,
    environment,
    packages: readPackages(values, from, version),
    force: switches.has('force'),
    version,
  };
}

/** What the plan needs, once every question is answered. */
export function inputOf(request: CreateRequest, answers: GivenAnswers): AppInput {
  const { destination, dataOptions, packages, caller, version } = request;
  const chosen = answers as unknown as AppAnswers;
  const packageManagerVersion = chosen['package-manager'] === caller.name ? caller.version : undefined;
  return {
    name: destination.name,
    answers: chosen,
    dataOptions,
    packages,
    ...(packageManagerVersion ? { packageManagerVersion } : {}),
    ...(chosen.licence === 'none' ? {} : { copyright: { year: new Date().getFullYear(), holder: copyrightHolder(destination.name) } }),
    version,
  };
}

function readAnswers({ values, switches }: ParsedFlags, caller: VersionedPackageManager, askAll: boolean): GivenAnswers {
  const names = questions.map((question) => question.name).filter((name) => values.has(name));
  const given: Record<string, string> = Object.fromEntries(names.map((name) => [name, values.get(name)!]));
  refuseUnknownAnswers(questions, given);
  readSkip('install', switches, given);
  readSkip('git', switches, given);
  if (switches.has('skip-install')) given.git ??= 'yes';
  if (!askAll) {
    given['package-manager'] ??= caller.name;
    if (given.git) given.install ??= 'yes'; // one question in two flags: who says one of them is not asked for the other
  }
  const named = dataFlags.find(({ flag }) => values.has(flag));
  if (named) given.data ??= kindOf(named.option); // a path says which kind of data is meant
  refuseCombination(given);
  return given;
}

/** `--skip-git` says `--git no`. */
function readSkip(question: 'install' | 'git', switches: ReadonlySet<string>, given: Record<string, string>): void {
  if (!switches.has(`skip-${question}`)) return;
  if (given[question] === 'yes')
    throw new UsageError(`--skip-${question} and --${question} yes contradict each other. Leave one of them out.`);
  given[question] = 'no';
}

/** Who holds the rights: the name git has for commits, or the project's authors. */
function copyrightHolder(projectName: string): string {
  const { stdout } = spawnSync('git', ['config', 'user.name'], { encoding: 'utf8' });
  return stdout?.trim().replace(/\s+/g, ' ') || `The authors of ${projectName}`;
}

/** The flags that say where the data is; each is an option of one kind of data. */
const dataFlags = [
  { flag: 'data-folder', option: 'folder' },
  { flag: 'data-file', option: 'file' },
  { flag: 'target', option: 'target' },
] as const;

/** The data that has such an option. */
function kindOf(option: string): string {
  return datasets.find(({ reads, defaults }) => reads && option in defaults)!.name;
}

function readDataOptions(values: ReadonlyMap<string, string>, data: string | undefined, from: Place): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { flag, option } of dataFlags) {
    const value = values.get(flag);
    if (value === undefined) continue;
    const kind = kindOf(option);
    if (data !== kind) throw new UsageError(`--${flag} is for --data ${kind}, but the data is ${data}.`);
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
