import { conflictsWith, presentFiles } from '../engine/destination.ts';
import { CancelledError, UsageError } from '../engine/exit.ts';
import { createCommand } from '../engine/package-manager.ts';
import type { PromptAdapter } from '../engine/prompt-adapter.ts';
import { withDefaults } from '../engine/questions.ts';
import { someOf } from '../engine/screen.ts';
import { readTemplates } from '../engine/templates.ts';
import { packageRoot } from '../package-root.ts';
import { planProject } from './plan.ts';
import { questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';

/**
 * A folder that is not empty is written into only by consent: `--force`, or a yes in the terminal. What would have to be
 * removed to make room (a folder where a file goes) is refused in any case.
 */
export async function refuseConflicts(request: CreateRequest, adapter?: PromptAdapter): Promise<void> {
  const { folder, shown } = request.destination;
  const present = presentFiles(folder);
  if (present.length === 0) return;
  const place = shown || 'This folder';
  const files = planProject(
    inputOf(request, withDefaults(questions, request.given)),
    readTemplates(new URL('templates/app/', packageRoot)),
  );
  const { replaced, blocked } = conflictsWith(folder, files.keys());
  if (blocked.length > 0)
    throw new UsageError(`${place} holds ${someOf(blocked)}, where the project needs something else. Move it away, or give another name.`);
  if (request.force) return;
  const holds = `${place} is not empty: ${someOf(present)}.`;
  const would = replaced.length > 0 ? `replaces ${someOf(replaced)}` : 'replaces nothing';
  if (!request.interactive || !adapter) {
    const command = createCommand(request.environment, [shown || '.'], ['--force']);
    throw new UsageError(`${holds}\nGive another name, or write into it, which ${would}: ${command}`);
  }
  const { consent } = await adapter.prompt([
    {
      type: 'select',
      name: 'consent',
      message: `${holds} Write into it? That ${would}.`,
      choices: [
        { value: 'no', name: 'no', short: 'no' },
        { value: 'yes', name: 'yes', short: 'yes' },
      ],
    },
  ]);
  if (consent !== 'yes') throw new CancelledError();
}
