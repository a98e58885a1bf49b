import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastLines, runCommand } from './run-command.ts';

/** What became of the first commit: done, left to the user (in a repository around the folder, or its own), or not possible, with a reason and what to type. */
export type GitOutcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'inside' }
  | { readonly kind: 'own' }
  | { readonly kind: 'failed'; readonly reason: string; readonly type: string };

const commit = 'git add -A && git commit -m "First commit"';

/**
 * Makes a repository of the folder and commits everything, unless it lies in a repository already, be it a worktree or a
 * submodule. A folder that the repository around it ignores is nobody's yet: it gets its own. Never fails the creation.
 */
export async function makeFirstCommit(folder: string): Promise<GitOutcome> {
  const version = await runCommand('git', ['--version'], folder);
  if (version.code !== 0) return { kind: 'failed', reason: 'git is not installed', type: `git init && ${commit}` };
  for (const place of [folder, dirname(folder)]) {
    const inside = await runCommand('git', ['rev-parse', '--is-inside-work-tree'], place);
    if (/dubious ownership/.test(inside.output)) return { kind: 'inside' }; // somebody else's repository is one too
    if (inside.code !== 0 || inside.output.trim() !== 'true') continue;
    const ignored =
      !existsSync(join(folder, '.git')) && (await runCommand('git', ['check-ignore', '-q', realpathSync(folder)], place)).code === 0;
    if (!ignored) return { kind: existsSync(join(folder, '.git')) ? 'own' : 'inside' };
  }
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'First commit'],
  ]) {
    const { code, output } = await runCommand('git', args, folder);
    if (code !== 0) return explain(output, args[0]);
  }
  return { kind: 'committed' };
}

function explain(output: string, step: string): GitOutcome {
  if (/user\.(email|name)|tell me who you are|empty ident/i.test(output)) {
    const identity = 'git config --global user.name "Your Name" && git config --global user.email you@example.com';
    return { kind: 'failed', reason: 'git does not know who you are', type: `${identity} && ${commit}` };
  }
  const said = lastLines(output, 1)[0]?.trim() ?? 'no reason given';
  return { kind: 'failed', reason: `git ${step} said: ${said}`, type: step === 'init' ? `git init && ${commit}` : commit };
}
