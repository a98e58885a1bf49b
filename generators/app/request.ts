import { spawnSync } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { datasets } from '../../src/catalog.ts';
import { type ConflictRule, conflictRules } from '../engine/conflict-rule.ts';
import { type Destination, readDestination } from '../engine/destination.ts';
import { UsageError } from '../engine/exit.ts';
import { type ParsedFlags, quote } from '../engine/flags.ts';
import { readInteractive, type Surroundings } from '../engine/interactive.ts';
import { callingPackageManager, type VersionedPackageManager } from '../engine/package-manager.ts';
import { type PackageSpec, readPackageSpec } from '../engine/package-spec.ts';
import { type AnswerOptions, type GivenAnswers, refuseUnknownAnswers, withDefaults } from '../engine/questions.ts';
import { lockedAnswers, type Preset } from '../preset/preset.ts';
import { type ChosenPreset, choosePreset } from './choose-preset.ts';
import type { AppInput } from './input.ts';
import { installedPackages } from './package-json.ts';
import { type AppAnswers, questions, refuseCombination } from './questions.ts';
import { readSavedProject, type SavedProject, withSavedAnswers } from './saved-project.ts';

/** The command line, understood and checked: nothing in it can fail later for a reason of its own. */
export interface CreateRequest {
  readonly destination: Destination;
  /** Answers by flag; without questions, all answers. */
  readonly given: GivenAnswers;
  readonly interactive: boolean;
  /** How the open questions are asked. */
  readonly asking: AnswerOptions;
  readonly dataOptions: Readonly<Record<string, string>>;
  /** The one that is taken unless another is named, with its version. */
  readonly packageManager: VersionedPackageManager;
  /** What the project names in its licence already. */
  readonly copyright?: AppInput['copyright'];
  /** What a team has decided. @default nothing */
  readonly presets?: ChosenPreset;
  /** Where the command was typed. */
  readonly environment: Surroundings['environment'];
  readonly packages: { readonly runtime: string; readonly generator?: string };
  readonly force: boolean;
  /** Who is right where both sides changed a line. @default fail in a project of ours, theirs in any other folder */
  readonly conflict?: ConflictRule;
  /** Whether a dry run shows lines. @default false */
  readonly diff?: boolean;
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
export async function readRequest(parsed: ParsedFlags, surroundings: Surroundings, version: string): Promise<CreateRequest> {
  const { values, switches } = parsed;
  const { cwd, environment } = surroundings;
  const destination = readDestination(parsed.positionals[0] ?? defaultName, cwd, installedPackages);
  const from = { cwd, folder: destination.folder };
  const interactive = readInteractive(switches, surroundings);
  const saved = readSavedProject(destination.folder);
  const packageManager = knownPackageManager(callingPackageManager(environment), saved);
  const askAll = interactive && switches.has('ask-all');
  const presets = await choosePreset(values.get('preset'), saved?.preset, from);
  const decided = decidedAnswers(presets, saved, interactive);
  const given = readAnswers(parsed, packageManager, askAll, presets.preset, decided);
  const preferred = { 'package-manager': packageManager.name, ...(presets.preset ? suggestedAnswers(presets.preset, given) : {}) };
  return {
    destination,
    given: interactive ? given : withDefaults(questions, given),
    interactive,
    asking: { askAll, preferred },
    presets,
    dataOptions: { ...(saved?.answers.data === given.data ? saved?.dataOptions : {}), ...readDataOptions(values, given.data, from) },
    packageManager,
    environment,
    ...(saved?.copyright ? { copyright: saved.copyright } : {}),
    packages: await readPackages(values, from, version),
    force: switches.has('force'),
    ...readMergeFlags(parsed),
    version,
  };
}

/** What the plan needs, once every question is answered. */
export function inputOf(request: CreateRequest, answers: GivenAnswers): AppInput {
  const { destination, dataOptions, packages, packageManager, presets, version } = request;
  const chosen = answers as unknown as AppAnswers;
  const packageManagerVersion = chosen['package-manager'] === packageManager.name ? packageManager.version : undefined;
  const preset = presets?.preset;
  const copyright = () => request.copyright ?? { year: new Date().getFullYear(), holder: copyrightHolder(destination.name) };
  return {
    name: destination.name,
    answers: chosen,
    dataOptions,
    packages,
    ...(packageManagerVersion ? { packageManagerVersion } : {}),
    ...(chosen.licence === 'none' ? {} : { copyright: copyright() }),
    ...(preset ? { preset } : {}),
    version,
  };
}

/** The package manager of the project, if it has one already, or the one that called; the version is the caller's if they are the same. */
function knownPackageManager(calling: VersionedPackageManager, saved: SavedProject | undefined): VersionedPackageManager {
  const own = saved?.packageManager;
  return own && own.name !== calling.name ? own : calling;
}

function readAnswers(
  { values, switches }: ParsedFlags,
  packageManager: VersionedPackageManager,
  askAll: boolean,
  preset: Preset | undefined,
  decided: GivenAnswers,
): GivenAnswers {
  const names = questions.map((question) => question.name).filter((name) => values.has(name));
  const given: Record<string, string> = Object.fromEntries(names.map((name) => [name, values.get(name)!]));
  refuseUnknownAnswers(questions, given);
  readSkip('install', switches, given);
  readSkip('git', switches, given);
  const named = dataFlags.find(({ flag }) => values.has(flag));
  if (named) given.data ??= kindsOf(named.option)[0]; // a path says which kind of data is meant
  refuseCombination(given);
  if (preset) Object.assign(given, withLocked(preset, given));
  if (switches.has('skip-install')) given.git ??= 'yes';
  if (given.git && !askAll) given.install ??= 'yes'; // one question in two flags: who says one is not asked for the other
  const known: Record<string, string> = { ...withSavedAnswers(questions, given, decided) };
  if (!askAll) known['package-manager'] ??= preset?.answers['package-manager'] ?? packageManager.name;
  refuseCombination(known);
  return known;
}

/**
 * What no flag needs to say. A project has its answers already; a preset that it did not have comes before them, the one it
 * has behind them. In a new project the answers of a preset stand where nobody is asked, and are the first choice else.
 */
function decidedAnswers({ preset, remembered }: ChosenPreset, saved: SavedProject | undefined, interactive: boolean): GivenAnswers {
  if (!preset) return saved?.answers ?? {};
  if (!saved) return interactive ? {} : preset.answers;
  return preset.name === remembered?.name ? { ...preset.answers, ...saved.answers } : { ...saved.answers, ...preset.answers };
}

/** What a preset makes of the answers that are open, as the first choice of each question. */
function suggestedAnswers({ answers }: Preset, given: GivenAnswers): GivenAnswers {
  const suggested = withDefaults(questions, withSavedAnswers(questions, given, answers));
  const about = questions.filter(({ name, once }) => !once || answers[name] !== undefined);
  return Object.fromEntries(about.map(({ name }) => [name, suggested[name]]));
}

/** The answers with those that a preset locks. @throws UsageError where a flag says something else, or does not go with them */
function withLocked(preset: Preset, given: GivenAnswers): GivenAnswers {
  const locked = lockedAnswers(preset);
  const why = Object.entries(locked).map(([name, value]) => `--${name} ${value}`);
  const other = Object.keys(locked).find((name) => given[name] !== undefined && given[name] !== locked[name]);
  if (other)
    throw new UsageError(`--${other} ${given[other]}: preset ${preset.name} locks ${other} to ${locked[other]}. Leave the flag out.`);
  try {
    refuseCombination({ ...given, ...locked });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nPreset ${preset.name} locks: ${why.join(' ')}`);
  }
  return { ...given, ...locked };
}

/** How files that are there already are treated. */
function readMergeFlags({ values, switches }: ParsedFlags): Pick<CreateRequest, 'conflict' | 'diff'> {
  const conflict = values.get('conflict');
  const rule = conflictRules.find((one) => one === conflict);
  if (conflict && !rule) throw new UsageError(`--conflict is ${quote(conflict)}; it is one of: ${conflictRules.join(', ')}.`);
  if (switches.has('diff') && !switches.has('dry-run')) throw new UsageError('--diff shows what would change: it goes with --dry-run.');
  return { ...(rule ? { conflict: rule } : {}), diff: switches.has('diff') };
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

/** The data that has such an option; the first one is meant where none is named. */
function kindsOf(option: string): readonly string[] {
  return datasets.filter(({ reads, defaults }) => reads && option in defaults).map(({ name }) => name);
}

function readDataOptions(values: ReadonlyMap<string, string>, data: string | undefined, from: Place): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { flag, option } of dataFlags) {
    const value = values.get(flag);
    if (value === undefined) continue;
    const kinds = kindsOf(option);
    if (!kinds.some((kind) => kind === data))
      throw new UsageError(`--${flag} is for --data ${kinds.join(' | ')}, but the data is ${data}.`);
    options[option] = option === 'target' ? value : relative(from.folder, resolve(from.cwd, value)).replaceAll('\\', '/') || '.';
  }
  return options;
}

/** Both packages are released together, so the runtime of this version is meant; a local runtime says that nothing is released yet. */
async function readPackages(
  values: ReadonlyMap<string, string>,
  from: { cwd: string; folder: string },
  version: string,
): Promise<CreateRequest['packages']> {
  const read = async (flag: string, name: string): Promise<PackageSpec | undefined> =>
    values.has(flag) ? readPackageSpec(flag, values.get(flag)!, name, from) : undefined;
  const runtime = await read('runtime', 'dl-project');
  const generator = await read('generator', 'create-dl-project');
  return { runtime: runtime?.text ?? version, generator: generator?.text ?? (runtime?.isFile ? undefined : version) };
}
