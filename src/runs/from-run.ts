import { type Environment, readEnvironment } from './environment.ts';
import { findRun, shownFolder } from './find-run.ts';
import { type RunConfig, readRunConfig } from './read-run-config.ts';

/**
 * What a training takes from an earlier run, for `from-run=<id>`: its settings, and lines that say which run it is
 * and what else is not as it was then: the code, the packages, this library.
 * @throws DlError `name` for an unknown run, `file` or `missing` for a damaged one
 */
export function startFromRun(root: string, text: string): RunConfig & { readonly notes: readonly string[] } {
  const found = findRun(root, text, 'from-run');
  const notes = [`from-run=${text}: the settings of ${shownFolder(root, found.folder)}`];
  const changes = describeChanges(found.record.environment, readEnvironment(root));
  if (changes.length > 0) notes.push(`Not as it was then: ${changes.join('; ')}. The same settings may give another result.`);
  return { ...readRunConfig(root, found, 'from-run'), notes };
}

/** What differs between then and now; nothing where it was not known then. */
function describeChanges(then: Environment | undefined, now: Environment): string[] {
  if (!then) return ['what it was made with is not recorded'];
  const changes: string[] = [];
  if (then.commit !== now.commit) changes.push(`the code is of ${showCommit(now.commit)}, it was of ${showCommit(then.commit)}`);
  const dirty = [...(then.dirty ? ['then'] : []), ...(now.dirty ? ['now'] : [])];
  if (dirty.length > 0) changes.push(`the code has changes that are in no commit (${dirty.join(' and ')})`);
  if (then.lockFile?.sha256 !== now.lockFile?.sha256) {
    changes.push(`${(now.lockFile ?? then.lockFile)?.name} ${!now.lockFile ? 'is gone' : then.lockFile ? 'is another one' : 'is new'}`);
  }
  if (then.dlProject !== now.dlProject) changes.push(`dl-project is ${now.dlProject}, it was ${then.dlProject}`);
  return changes;
}

function showCommit(commit: string | undefined): string {
  return commit === undefined ? 'no commit' : `commit ${commit.slice(0, 8)}`;
}
