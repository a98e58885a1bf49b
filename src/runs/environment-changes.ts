import type { Environment } from './environment.ts';

/** What differs between then and now; nothing where it was not known then. */
export function environmentChanges(then: Environment | undefined, now: Environment): string[] {
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
