import type { Change, ChangeKind } from '../engine/changes.ts';
import { presentFiles } from '../engine/destination.ts';
import { CancelledError, UsageError } from '../engine/exit.ts';
import { createCommand } from '../engine/package-manager.ts';
import type { PromptAdapter } from '../engine/prompt-adapter.ts';
import { withDefaults } from '../engine/questions.ts';
import { count, someOf } from '../engine/screen.ts';
import { shellWord } from '../engine/shell-word.ts';
import { planCreation } from './creation-plan.ts';
import { questions } from './questions.ts';
import type { CreateRequest } from './request.ts';

/**
 * A folder with somebody's files is written into only by consent: `--force`, or a yes in the terminal. A project of ours
 * is merged, which loses nothing: a script goes on, in a terminal a yes is asked for if anything changes.
 */
export async function askConsent(request: CreateRequest, adapter?: PromptAdapter): Promise<void> {
  const { folder, shown } = request.destination;
  const present = presentFiles(folder);
  if (present.length === 0) return;
  const { place, changes } = planCreation(request, withDefaults(questions, request.given, request.asking.preferred));
  const name = shown || 'This folder';
  if (request.force) return;
  if (place === 'project') {
    const due = changes.filter(({ kind }) => kind !== 'same' && kind !== 'keep').length;
    if (due > 0 && request.interactive && adapter)
      await confirm(adapter, `${name} is a project already. Merge ${count(due, 'changed file')} into it?`);
    return;
  }
  const holds = `${name} is not empty: ${someOf(present)}.`;
  const would = consequences(changes);
  if (!request.interactive || !adapter) {
    const command = createCommand(request.environment, [shellWord(shown || '.')], ['--force']);
    throw new UsageError(`${holds}\nGive another name, or write into it, which ${would}: ${command}`);
  }
  await confirm(adapter, `${holds} Write into it? That ${would}.`);
}

function consequences(changes: readonly Change[]): string {
  const parts = (
    [
      ['replaces', ['change', 'conflict']],
      ['adds to', ['merge']],
    ] as const
  )
    .map(([verb, kinds]) => [verb, pathsOf(changes, kinds)] as const)
    .filter(([, paths]) => paths.length > 0)
    .map(([verb, paths]) => `${verb} ${someOf(paths)}`);
  return parts.length > 0 ? parts.join(' and ') : 'replaces nothing';
}

function pathsOf(changes: readonly Change[], kinds: readonly ChangeKind[]): string[] {
  return changes.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path);
}

async function confirm(adapter: PromptAdapter, message: string): Promise<void> {
  const { consent } = await adapter.prompt([
    {
      type: 'select',
      name: 'consent',
      message,
      choices: [
        { value: 'no', title: 'no' },
        { value: 'yes', title: 'yes' },
      ],
    },
  ]);
  if (consent !== 'yes') throw new CancelledError();
}
