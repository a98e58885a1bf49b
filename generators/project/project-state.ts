import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { datasets, type Task } from '../../src/catalog.ts';
import { ExitError, exitCodes, UsageError } from '../engine/exit.ts';
import { type PackageManager, packageManagers } from '../engine/package-manager.ts';
import type { GivenAnswers } from '../engine/questions.ts';
import { isModuleName } from './module-name.ts';

/** The file with what a project was made from, and what was added to it. */
export const statePath = '.yo-rc.json';
const key = 'create-dl-project';

/** What is remembered of a project. */
export interface ProjectState {
  /** Its folder, absolute. */
  readonly root: string;
  readonly task: Task;
  /** Whether its first dataset is read from files, which may not be there yet. */
  readonly readsFiles: boolean;
  readonly packageManager: PackageManager;
  /** Its version, where that is known. */
  readonly packageManagerVersion?: string;
  /** What `add` added: module -> name -> answers. */
  readonly added: AddedModules;
  /** What it has from a team. */
  readonly preset?: { readonly name: string; readonly version: string };
}

export type AddedModules = Readonly<Record<string, Readonly<Record<string, GivenAnswers>>>>;

/** The project that `folder` lies in: the nearest folder upward with a `.yo-rc.json` of ours; undefined where there is none. */
export function findProject(folder: string): ProjectState | undefined {
  for (let root = folder; ; root = dirname(root)) {
    const file = join(root, statePath);
    const state = statSync(file, { throwIfNoEntry: false })?.isFile() ? readState(readFileSync(file, 'utf8'), file) : undefined;
    if (state) return { root, ...state };
    if (dirname(root) === root) return undefined;
  }
}

/** The same. @throws UsageError outside of a project, with what to type */
export function requireProject(folder: string): ProjectState {
  const project = findProject(folder);
  if (project) return project;
  throw new UsageError(
    `There is no project of create-dl-project in ${folder}, nor above it.\nGo into one (cd my-dl-project), or make one: npm create dl-project my-dl-project`,
  );
}

/** The text of `.yo-rc.json` with other modules; everything else in it stays. */
export function withAdded(text: string, added: AddedModules): string {
  const content = parse(text);
  const { modules: _, ...state } = content[key];
  const entries = Object.entries({ ...state, ...(Object.keys(added).length > 0 ? { modules: added } : {}) });
  content[key] = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** The added modules with one more, in order. */
export function withModule(added: AddedModules, module: string, name: string, answers: GivenAnswers): AddedModules {
  return sorted({ ...added, [module]: sorted({ ...ownOf(added, module), [name]: answers }) });
}

/** The added modules without one; a kind of which none is left goes too. */
export function withoutModule(added: AddedModules, module: string, name: string): AddedModules {
  const { [name]: _, ...names } = ownOf(added, module);
  const { [module]: __, ...others } = added;
  return Object.keys(names).length > 0 ? sorted({ ...others, [module]: names }) : others;
}

/** What of a kind was added. */
export function ownOf(added: AddedModules, module: string): Readonly<Record<string, GivenAnswers>> {
  return Object.hasOwn(added, module) ? added[module] : {};
}

function readState(text: string, file: string): Omit<ProjectState, 'root'> | undefined {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    throw new ExitError(exitCodes.failure, `${file} is not JSON any more. It is the project's memory: take it back from git.`);
  }
  const state = isRecord(content) ? content[key] : undefined;
  if (!isRecord(state)) return undefined;
  const answers = isRecord(state.answers) ? state.answers : {};
  const dataset = datasets.find(({ name }) => name === answers.data);
  return {
    task: (answers.task as Task | undefined) ?? 'classify-images',
    readsFiles: dataset?.reads !== undefined,
    packageManager: packageManagers.find((one) => one === answers['package-manager']) ?? 'npm',
    ...(typeof state.packageManagerVersion === 'string' ? { packageManagerVersion: state.packageManagerVersion } : {}),
    added: readAdded(state.modules),
    ...(isRecord(state.preset) ? { preset: { name: String(state.preset.name), version: String(state.preset.version) } } : {}),
  };
}

/** What is no module with a name that `add` gives is no memory of ours. */
function readAdded(modules: unknown): AddedModules {
  const kinds = Object.entries(isRecord(modules) ? modules : {}).filter(([, names]) => isRecord(names));
  return Object.fromEntries(
    kinds.map(([kind, names]) => {
      const entries = Object.entries(names as Record<string, unknown>).filter(([name, answers]) => isModuleName(name) && isRecord(answers));
      return [kind, Object.fromEntries(entries) as Record<string, GivenAnswers>];
    }),
  );
}

/** An editor on Windows may have put a byte order mark before it. */
function parse(text: string) {
  return JSON.parse(text.replace(/^\ufeff/, ''));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
