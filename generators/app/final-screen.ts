import type { GitOutcome } from '../engine/git.ts';
import type { InstallOutcome } from '../engine/install.ts';
import { commandTable, count } from '../engine/screen.ts';
import type { CreateRequest } from './request.ts';

/** What was done for a project; undefined where it was not asked for. */
export interface Outcome {
  readonly files: number;
  readonly install: InstallOutcome | undefined;
  readonly git: GitOutcome | undefined;
}

/** What she sees at the end: what was made, what went wrong and what to type for it, and what to do next. */
export function finalScreen(request: CreateRequest, outcome: Outcome, missingData: string | undefined, columns: number): string {
  const { destination, packageManager } = request;
  const run = `${packageManager} run`;
  const parts = [count(outcome.files, 'file'), installed(outcome.install), committed(outcome.git)].filter(Boolean);
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
    ...problems(outcome, destination.shown),
    ...(missingData ? ['', `  ${missingData}`] : []),
    '',
    ...cd,
    ...install,
    commandTable(commands, columns),
    '',
  ].join('\n');
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
