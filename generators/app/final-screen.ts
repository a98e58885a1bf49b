import type { Change, ChangeKind } from '../engine/changes.ts';
import type { GitOutcome } from '../engine/git.ts';
import type { InstallOutcome } from '../engine/install.ts';
import { commandTable, count } from '../engine/screen.ts';
import type { CreateRequest } from './request.ts';
import { workspaceNote } from './workspace-notes.ts';

/** What was done for a project; undefined where it was not asked for. */
export interface Outcome {
  readonly changes: readonly Change[];
  readonly install: InstallOutcome | undefined;
  readonly git: GitOutcome | undefined;
}

/** What she sees at the end: what was made, what went wrong and what to type for it, and what to do next. */
export function finalScreen(request: CreateRequest, outcome: Outcome, missingData: string | undefined, columns: number): string {
  const { destination, packageManager } = request;
  const run = `${packageManager} run`;
  const workspace = workspaceNote(request);
  const parts = [...filesOf(outcome.changes), installed(outcome.install), committed(outcome.git)].filter(Boolean);
  const cd = destination.shown ? [`  cd ${destination.shown}`] : [];
  const install = outcome.install?.kind === 'installed' ? [] : [`  ${packageManager} install`];
  const commands = [
    [`${run} train`, 'teach it'],
    [`${run} predict`, 'watch it guess'],
    [`${run} compress`, 'make it small'],
    [`${run} tune`, 'search better settings'],
  ] as const;
  return [
    '',
    `  ${destination.name}   ${parts.join(', ')}`,
    ...conflicts(outcome.changes),
    ...problems(outcome, destination.shown),
    ...(workspace ? ['', `  ${workspace}`] : []),
    ...(missingData ? ['', `  ${missingData}`] : []),
    '',
    ...cd,
    ...install,
    commandTable(commands, columns),
    '',
  ].join('\n');
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

function committed(git: GitOutcome | undefined): string {
  if (git?.kind === 'committed') return 'first commit made';
  return git?.kind === 'inside' ? 'not committed, as it lies in a git repository' : '';
}

function problems({ install, git }: Outcome, folder: string): string[] {
  const lines: string[] = [];
  if (install?.kind === 'failed')
    lines.push(
      '',
      ...install.lines.map((line) => `  | ${line}`),
      '',
      '  The packages could not be installed. The project is complete; when the cause is gone, install them:',
    );
  // Typed where she stands, `git add -A` would take another folder's files.
  const enter = folder ? `cd ${folder} && ` : '';
  if (git?.kind === 'failed') lines.push('', `  No first commit: ${git.reason}. To make it, type:`, `    (${enter}${git.type})`);
  return lines;
}
