import { type Base, type Change, planChanges, planRemovals } from '../engine/changes.ts';
import { conflictsWith, presentFiles } from '../engine/destination.ts';
import { ExitError, exitCodes, UsageError } from '../engine/exit.ts';
import type { FileMap } from '../engine/file-map.ts';
import { changeManifest, manifestPath } from '../engine/manifest.ts';
import { openProject } from '../engine/project.ts';
import { type GivenAnswers, withDefaults } from '../engine/questions.ts';
import { someOf } from '../engine/screen.ts';
import { readTemplates } from '../engine/templates.ts';
import { findWorkspace } from '../engine/workspace.ts';
import { packageRoot } from '../package-root.ts';
import { ownersOf } from '../preset/apply-preset.ts';
import type { AppInput } from './input.ts';
import { planProject } from './plan.ts';
import { questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';
import { readSavedProject, withSavedAnswers } from './saved-project.ts';

/** What making a project comes to, file by file, before anything is written. */
export interface CreationPlan {
  readonly input: AppInput;
  /** What lies at the destination: nothing that matters, a project of ours, or something else. */
  readonly place: 'empty' | 'project' | 'foreign';
  readonly changes: readonly Change[];
}

/**
 * Compares the project with what lies at its destination. A project of ours is merged with three ways; in any other folder
 * the template wins (`--force` says so), but the keys of a package.json and the entries of a .gitignore are added to
 * the user's.
 * @throws UsageError where a folder lies in a file's place, or a file in a folder's: those are never removed
 */
export function planCreation(request: CreateRequest, answers: GivenAnswers): CreationPlan {
  const { folder, shown } = request.destination;
  const templates = readTemplates(new URL('templates/app/', packageRoot));
  const input = inputOf(request, answers);
  const files = plannedFiles(request, input, templates);
  const { blocked } = conflictsWith(folder, files.keys());
  if (blocked.length > 0) {
    const place = shown || 'This folder';
    throw new UsageError(`${place} holds ${someOf(blocked)}, where the project needs something else. Move it away, or give another name.`);
  }
  const before = () => renderedBefore(request, templates);
  const { current, base, manifest } = openProject(folder, before);
  if (!manifest) {
    const place = presentFiles(folder).length === 0 ? 'empty' : 'foreign';
    return { input, place, changes: planChanges(current, files, identityOf(files), request.conflict ?? 'theirs') };
  }
  const once = new Set([...(before()?.keys() ?? []), ...Object.keys(manifest.owners ?? {})]);
  const dropped = [...once].filter((path) => !files.has(path) && base.id(path) !== undefined);
  const rendered = new Map([...files].filter(([path]) => path !== manifestPath));
  const remembered = changeManifest({ ...manifest, version: input.version, owners: ownersOf(input.preset) }, rendered, dropped);
  const merged = new Map([...rendered, [manifestPath, remembered]]);
  const changes = [...planChanges(current, merged, base, request.conflict), ...planRemovals(current, dropped, base)];
  return { input, place: 'project', changes };
}

/** Throws where conflicts are left that no rule settles; nothing was written. */
export function refuseUnsettled({ changes }: CreationPlan, { conflict }: CreateRequest): void {
  const unsettled = changes.filter(({ kind, note }) => kind === 'conflict' && (conflict !== 'markers' || note !== undefined));
  if (unsettled.length === 0) return;
  const lines = unsettled.map(({ path, note }) => `  ${path}${note ? `  (${note})` : ''}`);
  throw new ExitError(
    exitCodes.conflicts,
    `You and the template changed the same places, so nothing was written:\n${lines.join('\n')}\n` +
      'See them with --dry-run --diff. Settle them with --conflict markers (both, for you to choose), ours (yours) or theirs (the template).',
  );
}

/** A member of a workspace has no `pnpm-workspace.yaml`, which would make it a workspace of its own, with a second lock file. */
function plannedFiles(request: CreateRequest, input: AppInput, templates: FileMap): FileMap {
  const isMember = findWorkspace(request.destination.folder, input.answers['package-manager'])?.includes;
  return planProject(input, isMember ? new Map([...templates].filter(([path]) => !path.startsWith('pnpm-workspace.yaml'))) : templates);
}

/** What our templates make of the recorded answers: the project as it was made, if it was made by this version. */
function renderedBefore(request: CreateRequest, templates: FileMap): FileMap | undefined {
  const saved = readSavedProject(request.destination.folder);
  if (!saved) return undefined;
  const { dataOptions, packageManager = request.packageManager, copyright } = saved;
  const answers = withDefaults(questions, withSavedAnswers(questions, {}, saved.answers));
  const before = { ...request, dataOptions, packageManager, copyright, presets: { preset: request.presets?.before } };
  return plannedFiles(before, inputOf(before, answers), templates);
}

/** The name and version of a package that is there already are its own: as if both sides had begun with the template's. */
function identityOf(files: FileMap): Base {
  const { name, version, private: isPrivate } = JSON.parse(files.get('package.json')!);
  const text = JSON.stringify({ name, version, private: isPrivate });
  return { paths: [], id: () => undefined, text: (path) => (path === 'package.json' ? text : undefined) };
}
