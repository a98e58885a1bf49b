import { type Change, type ChangeKind, isDue } from '../engine/changes.ts';
import type { Destination } from '../engine/destination.ts';
import type { GitOutcome } from '../engine/git.ts';
import type { InstallOutcome } from '../engine/install.ts';
import { type PackageManager, scriptCommand } from '../engine/package-manager.ts';
import { commandTable, count } from '../engine/screen.ts';
import { shellWord } from '../engine/shell-word.ts';
import { wrapWords } from '../engine/wrap-words.ts';
import { presetTitle } from '../preset/preset.ts';
import type { Written } from './generator.ts';
import { workspaceNote } from './workspace-notes.ts';

/** What was done for a project; undefined where it was not asked for. */
export interface Outcome {
  readonly install: InstallOutcome | undefined;
  /** TensorFlow's library. */
  readonly native: InstallOutcome | undefined;
  readonly git: GitOutcome | undefined;
}

/** Everything that is known when a project is made; `missingData` is a sentence. */
export type End = Outcome & Written & { readonly missingData: string | undefined };

const next = [
  ['train', 'teach it'],
  ['predict', 'watch it guess'],
  ['compress', 'make it small'],
  ['tune', 'search better settings'],
] as const;

/** What she sees at the end: what was made, what went wrong and what to type for it, and what to do next. */
export function finalScreen(destination: Destination, end: End, columns: number): string {
  const packageManager = end.input.answers['package-manager'];
  const workspace = workspaceNote(destination, packageManager);
  const { preset } = end.input;
  const from = preset ? `preset ${presetTitle(preset)}` : '';
  const parts = [...filesOf(end.changes), from, installed(end.install), committed(end)].filter(Boolean);
  return [
    '',
    wrapWords(`  ${destination.name}   ${parts.join(', ')}`, columns),
    ...conflicts(end.changes),
    ...problems(end, destination.shown, packageManager),
    ...(workspace ? ['', wrapWords(`  ${workspace}`, columns)] : []),
    ...(end.missingData ? ['', wrapWords(`  ${end.missingData}`, columns)] : []),
    '',
    ...firstSteps(destination, end).map((command) => `  ${command}`),
    commandTable(
      next.map(([script, does]) => [scriptCommand(packageManager, script), does]),
      columns,
    ),
    '',
  ].join('\n');
}

/** The same for tools: what was chosen, written and done, and the commands that are left to type. */
export function describeEnd(destination: Destination, end: End): object {
  const { install, native, git, input, changes, missingData } = end;
  return {
    project: destination.name,
    folder: destination.folder,
    answers: input.answers,
    files: describeChanges(changes),
    install: install ?? { kind: 'skipped' },
    ...(input.answers.backend === 'native' ? { native: native ?? { kind: 'skipped' } } : {}),
    git: git ?? { kind: 'skipped' },
    ...(missingData ? { missingData } : {}),
    next: [...firstSteps(destination, end), scriptCommand(input.answers['package-manager'], 'train')],
  };
}

/** For tools: what becomes of each file. */
export function describeChanges(changes: readonly Change[]): object[] {
  return changes.map(({ path, kind, note }) => ({ path, change: kind, ...(note ? { note } : {}) }));
}

/** What comes before the first training. */
function firstSteps({ shown }: Destination, { install, native, input }: End): string[] {
  const { backend, 'package-manager': packageManager } = input.answers;
  return [
    ...(shown ? [`cd ${shellWord(shown)}`] : []),
    ...(install?.kind === 'installed' ? [] : [`${packageManager} install`]),
    ...(backend === 'native' && native?.kind !== 'installed' ? [scriptCommand(packageManager, 'native')] : []),
  ];
}

/** Files with conflict markers, for the user to settle. */
export function conflictsOf(changes: readonly Change[]): string[] {
  return changes.filter(({ kind }) => kind === 'conflict').map(({ path }) => path);
}

/** How many files; where some were there before, what became of them. */
function filesOf(changes: readonly Change[]): string[] {
  const all = count(changes.length, 'file');
  const number = (kind: ChangeKind) => changes.filter((change) => change.kind === kind).length;
  if (number('create') === changes.length) return [all];
  const parts = (Object.entries(participles) as [ChangeKind, string][]).map(([kind, does]) => [number(kind), does] as const);
  return [all, ...parts.filter(([many]) => many > 0).map(([many, does]) => `${many} ${does}`)];
}

const participles: Record<ChangeKind, string> = {
  create: 'new',
  change: 'changed',
  merge: 'merged',
  remove: 'removed',
  keep: 'kept as you have them',
  same: 'as they were',
  conflict: 'in conflict',
};

function conflicts(changes: readonly Change[]): string[] {
  const paths = conflictsOf(changes);
  if (paths.length === 0) return [];
  return [
    '',
    '  Both sides are in these files, between <<<<<<< and >>>>>>>. Choose, then go on below:',
    ...paths.map((path) => `    ${path}`),
  ];
}

function installed(install: InstallOutcome | undefined): string {
  if (install?.kind === 'failed') return 'packages not installed';
  return install?.packages ? count(install.packages, 'package') : '';
}

function committed({ git, changes }: End): string {
  if (git?.kind === 'committed') return 'first commit made';
  if (git?.kind === 'own') return changes.some(isDue) ? 'yours to commit' : '';
  return git?.kind === 'inside' ? 'not committed, as it lies in a git repository' : '';
}

function problems({ install, native, git }: Outcome, folder: string, packageManager: PackageManager): string[] {
  const lines: string[] = [];
  const quoted = (said: readonly string[]) => ['', ...said.map((line) => `  | ${line}`), ''];
  if (install?.kind === 'failed')
    lines.push(
      ...quoted(install.lines),
      '  The packages could not be installed. The project is complete; when the cause is gone, install them:',
    );
  if (native?.kind === 'failed') {
    const command = scriptCommand(packageManager, 'native');
    lines.push(
      ...quoted(native.lines),
      `  The kernels could not be compiled. Everything works without, on WebAssembly; to try it again: ${command}`,
    );
  }
  // Typed where she stands, `git add -A` would take another folder's files.
  const enter = folder ? `cd ${shellWord(folder)} && ` : '';
  if (git?.kind === 'failed') lines.push('', `  No first commit: ${git.reason}. To make it, type:`, `    (${enter}${git.type})`);
  return lines;
}
