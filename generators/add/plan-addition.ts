import type { FileWrite } from '../engine/changes.ts';
import { addConfigEntry } from '../engine/config-entry.ts';
import { openSource } from '../engine/edit-source.ts';
import { boundNames, findImport } from '../engine/edit-source-imports.ts';
import { ExitError, exitCodes, UsageError } from '../engine/exit.ts';
import { changeManifest, manifestPath, requireManifest } from '../engine/manifest.ts';
import { addPackageEntries, packageEntry } from '../engine/package-entries.ts';
import { register } from '../engine/registry.ts';
import type { ModuleEntry } from '../modules.ts';
import type { ModuleGenerator, ModuleInput } from '../project/module-generator.ts';
import { type ModulePlan, planModule } from '../project/module-plan.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { ownOf, statePath, withAdded, withModule } from '../project/project-state.ts';

/** What `add` will do; computed whole before anything is written. */
export interface Addition {
  readonly created: readonly string[];
  /** Files of the user that get lines. */
  readonly changed: readonly { readonly path: string; readonly lines: number }[];
  /** Whether config.ts names it now: true, false where that has to be done by hand, undefined where there is no need. */
  readonly inConfig: boolean | undefined;
  /** Everything to write, the project's memory too; empty where all of it is there. */
  readonly writes: readonly FileWrite[];
}

const nothing: Addition = { created: [], changed: [], inConfig: undefined, writes: [] };

/**
 * Plans how a module comes into a project. Pure but for reading.
 * @throws UsageError for a name that is taken, ExitError where the list cannot be edited; both before anything is written
 */
export function planAddition(entry: ModuleEntry, generator: ModuleGenerator, input: ModuleInput, project: ProjectFiles): Addition {
  if (Object.hasOwn(ownOf(input.project.added, entry.name), input.name)) return nothing;
  const plan = planModule(entry, generator, input);
  refuseTakenName(entry, generator, input, project);
  const created = [...plan.files].filter(([path, text]) => isNew(project, path, text, input.name, entry.name));
  const edits = [editIndex(plan, input, project), editConfig(generator, input, project), editPackage(generator, input, project)].filter(
    (edit) => edit !== undefined,
  );
  const state = project.read(statePath)!;
  const added = withModule(input.project.added, entry.name, input.name, input.answers);
  const manifestText = project.read(manifestPath);
  const manifest = manifestText === undefined ? undefined : requireManifest(manifestText);
  return {
    created: created.map(([path]) => path),
    changed: edits
      .filter(({ before, text }) => before !== text)
      .map(({ path, before, text }) => ({ path, lines: countLines(text) - countLines(before) })),
    inConfig: generator.configEntry && edits.some(({ path }) => path === configPath),
    writes: [
      ...created.map(([path, text]) => ({ path, text })),
      ...edits.filter(({ before, text }) => before !== text).map(({ path, text }) => ({ path, text })),
      { path: statePath, text: withAdded(state, added) },
      ...(manifest ? [{ path: manifestPath, text: changeManifest(manifest, plan.files) }] : []),
    ],
  };
}

const configPath = 'config.ts';
const packagePath = 'package.json';

interface Edit {
  readonly path: string;
  readonly before: string;
  readonly text: string;
}

function editIndex({ index }: ModulePlan, { id }: ModuleInput, project: ProjectFiles): Edit | undefined {
  if (!index) return undefined;
  const before = project.read(index.path);
  const text = before === undefined ? undefined : register(before, { list: index.list, name: id, from: index.from });
  if (before !== undefined && text !== undefined) return { path: index.path, before, text };
  const lines = [`import { ${id} } from '${index.from}';`, `export const ${index.list} = [ ..., ${id}] as const;`];
  const reason = before === undefined ? `There is no ${index.path}` : `${index.path} has no list "export const ${index.list} = [...]"`;
  throw new ExitError(
    exitCodes.failure,
    `${reason}, so nothing was written. Put these two lines in by hand, then type the same command again:\n  ${lines.join('\n  ')}`,
  );
}

function editConfig({ configEntry }: ModuleGenerator, input: ModuleInput, project: ProjectFiles): Edit | undefined {
  const before = project.read(configPath);
  const text = configEntry && before !== undefined ? addConfigEntry(before, configEntry(input)) : undefined;
  return before === undefined || text === undefined ? undefined : { path: configPath, before, text };
}

function editPackage({ packageEntries }: ModuleGenerator, input: ModuleInput, project: ProjectFiles): Edit | undefined {
  if (!packageEntries) return undefined;
  const entries = packageEntries(input);
  const before = project.read(packagePath);
  const text = before === undefined ? undefined : addPackageEntries(before, entries);
  if (before === undefined || text === undefined) {
    throw new ExitError(exitCodes.failure, `${packagePath} is not there, or not JSON, so nothing was written. Take it back from git.`);
  }
  for (const [script, command] of Object.entries(entries.scripts ?? {})) {
    if (packageEntry(text, 'scripts', script) === command) continue;
    throw new UsageError(`${packagePath} has a script ${script} already, and it is yours. Nothing was written. Take another name.`);
  }
  return { path: packagePath, before, text };
}

/** A file that is there already is kept if it is ours to the letter, and refused if not. */
function isNew(project: ProjectFiles, path: string, text: string, name: string, kind: string): boolean {
  const found = project.read(path);
  if (found === undefined) return true;
  if (found.replaceAll('\r\n', '\n') === text) return false;
  throw new UsageError(`${path} is there already, and it is yours. Nothing was written. Take another name: add ${kind} my-${name}`);
}

function refuseTakenName(
  { name: kind, folder }: ModuleEntry,
  { taken = [], list }: ModuleGenerator,
  input: ModuleInput,
  project: ProjectFiles,
): void {
  const { name, id } = input;
  const instead = `Take another: add ${kind} my-${name}`;
  const builtin = taken.find((one) => plain(one) === plain(name));
  if (builtin) throw new UsageError(`${builtin} is the name of a ${kind} of the library. ${instead}`);
  const similar = project
    .list(folder)
    .find((file) => file !== `${name}.ts` && file !== name && plain(file.replace(/\.\w+$/, '')) === plain(name));
  if (similar) throw new UsageError(`${folder}/${similar} has nearly the same name. ${instead}`);
  const index = list && project.read(`${folder}/index.ts`);
  const source = index ? openSource(index) : undefined;
  if (source && boundNames(source).has(id) && !findImport(source, id, `./${name}.ts`)) {
    throw new UsageError(`${folder}/index.ts has a ${id} already. ${instead}`);
  }
}

/** Names that differ only in case or dashes are the same to people, and to some file systems. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function countLines(text: string): number {
  return text.split('\n').length;
}
