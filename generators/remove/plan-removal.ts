import type { FileWrite } from '../engine/changes.ts';
import { configEntryState, namesPart, removeConfigEntry } from '../engine/config-entry.ts';
import { blobId, changeManifest, manifestPath, requireManifest } from '../engine/manifest.ts';
import { type PackageEntries, removePackageEntries } from '../engine/package-entries.ts';
import { unregister } from '../engine/registry.ts';
import type { ModuleEntry } from '../modules.ts';
import type { ModuleGenerator, ModuleInput } from '../project/module-generator.ts';
import { planModule } from '../project/module-plan.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { statePath, withAdded, withoutModule } from '../project/project-state.ts';

/** What `remove` will do; computed whole before anything is written. */
export interface Removal {
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Why it should not be done: what the user changed, or what still uses the module. One sentence each. */
  readonly objections: readonly string[];
  readonly writes: readonly FileWrite[];
}

const configPath = 'config.ts';
const packagePath = 'package.json';
const sourceFolders = ['src', 'test', 'experiments', 'tuning', 'compression', 'deploy'];

/** Plans how a module that `add` put in leaves a project again. Pure but for reading. */
export function planRemoval(entry: ModuleEntry, generator: ModuleGenerator, input: ModuleInput, project: ProjectFiles): Removal {
  const { files, index } = planModule(entry, generator, input);
  const manifestText = project.read(manifestPath);
  const manifest = manifestText === undefined ? undefined : requireManifest(manifestText);
  const present = [...files.keys()].flatMap((path) => {
    const text = project.read(path);
    return text === undefined ? [] : [{ path, text }];
  });
  const objections = present.filter(({ path, text }) => !isUntouched(text, manifest?.files[path])).map(({ path }) => `${path} was changed`);
  const edits: { path: string; before: string; text: string }[] = [];

  const listed = index && project.read(index.path);
  if (index && listed !== undefined) {
    const text = unregister(listed, { list: index.list, name: input.id, from: index.from });
    if (text === undefined) objections.push(`${index.path} uses ${input.id} in a way of its own`);
    else edits.push({ path: index.path, before: listed, text });
  }
  const config = project.read(configPath);
  const configEntry = generator.configEntry?.(input);
  const bare = config !== undefined && configEntry ? removeConfigEntry(config, configEntry) : config;
  if (config !== undefined && bare !== undefined && configEntry) {
    if (configEntryState(config, configEntry) === 'changed')
      objections.push(`${configPath}: ${[...configEntry.path, configEntry.name].join('.')} was changed`);
    edits.push({ path: configPath, before: config, text: bare });
  }
  const packageText = project.read(packagePath);
  const packageEntries = generator.packageEntries?.(input);
  if (packageText !== undefined && packageEntries) {
    const text = removePackageEntries(packageText, withoutImported(packageEntries, project, new Set(files.keys())));
    edits.push({ path: packagePath, before: packageText, text });
  }
  objections.push(...usesOf(entry, generator, input, project, { own: new Set([...files.keys(), index?.path, configPath]), config: bare }));

  const changed = edits.filter(({ before, text }) => before !== text);
  const added = withoutModule(input.project.added, entry.name, input.name);
  return {
    removed: present.map(({ path }) => path),
    changed: changed.map(({ path }) => path),
    objections,
    writes: [
      ...changed.map(({ path, text }) => ({ path, text })),
      { path: statePath, text: withAdded(project.read(statePath)!, added) },
      ...(manifest ? [{ path: manifestPath, text: changeManifest(manifest, new Map(), [...files.keys()]) }] : []),
      ...present.map(({ path }) => ({ path, text: undefined })),
    ],
  };
}

/** Git may have given the file Windows' line ends. */
function isUntouched(text: string, id: string | undefined): boolean {
  return blobId(text) === id || blobId(text.replaceAll('\r\n', '\n')) === id;
}

/** The entries without packages that other files import: another server has the same ones. */
function withoutImported(entries: PackageEntries, project: ProjectFiles, own: ReadonlySet<string>): PackageEntries {
  const texts = project
    .sources(sourceFolders)
    .filter((path) => !own.has(path))
    .map((path) => project.read(path) ?? '');
  const isImported = (name: string) => texts.some((text) => new RegExp(`from ['"]${name}['"/]`).test(text));
  const unneeded = (packages: PackageEntries['dependencies'] = {}) =>
    Object.fromEntries(Object.entries(packages).filter(([name]) => !isImported(name)));
  return { ...entries, dependencies: unneeded(entries.dependencies), devDependencies: unneeded(entries.devDependencies) };
}

/** Files that would break: they import the module, or name it as a setting. */
function usesOf(
  { folder }: ModuleEntry,
  { spelling, list }: ModuleGenerator,
  input: ModuleInput,
  project: ProjectFiles,
  { own, config }: { readonly own: ReadonlySet<string | undefined>; readonly config: string | undefined },
): string[] {
  const place = folder.split('/').at(-1);
  const isFolder = !own.has(`${folder}/${input.name}.ts`);
  const imported = new RegExp(`['"][^'"\\n]*/${isFolder ? `${place}/${input.name}/` : `(?:${place}/)?${input.name}\\.ts['"]`}`);
  const part = input[spelling];
  const using = project.sources(sourceFolders).filter((path) => {
    if (own.has(path)) return false;
    const text = project.read(path) ?? '';
    const isNear = path.startsWith(`${folder}/`) ? text.includes(`'./${input.name}.ts'`) : imported.test(text);
    return isNear || (list && /^(experiments|tuning)\//.test(path) && namesPart(text, part));
  });
  return [
    ...(list && config !== undefined && namesPart(config, part) ? [`${configPath} names ${part}`] : []),
    ...using.map((path) => `${path} uses it`),
  ];
}
