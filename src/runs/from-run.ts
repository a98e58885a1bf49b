import { readEnvironment } from './environment.ts';
import { environmentChanges } from './environment-changes.ts';
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
  const changes = environmentChanges(found.record.environment, readEnvironment(root));
  if (changes.length > 0) notes.push(`Not as it was then: ${changes.join('; ')}. The same settings may give another result.`);
  return { ...readRunConfig(root, found, 'from-run'), notes };
}
