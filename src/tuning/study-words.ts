/** Settings that say how a process works at a study, not what the study is; of the storage nobody else may see the password. */
const ownSettings = ['workers', 'storage', 'trials', 'timeBudget'];

/** The words that a study was begun with, for workers that join: without those that each process has for itself. */
export function studyWords(words: readonly string[]): string[] {
  return without(words, ownSettings);
}

/** The words for the process of a trial, which others can see in the list of processes. */
export function trialWords(words: readonly string[]): string[] {
  return without(words, ['storage']);
}

/** As the command line is read: `workers=4`, `--workers=4` and `--workers 4`. */
function without(words: readonly string[], keys: readonly string[]): string[] {
  const left: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [, dashes, key, equals] = /^(--)?(\w+)(=)?/.exec(words[i]) ?? [];
    const isOwn = keys.includes(key) && (equals !== undefined || dashes !== undefined);
    if (!isOwn) left.push(words[i]);
    else if (equals === undefined) i++;
  }
  return left;
}
