import { mergeJson } from './merge-json.ts';
import { type Merged, type MergeInput, mergeText, type Winner } from './merge-text.ts';

/** Merges a file by what it is: lists of ignored files by entry, JSON by key, everything else by line. */
export function mergeFile(path: string, input: MergeInput, winner: Winner): Merged {
  if (/(^|\/)\.\w*ignore$/.test(path)) return mergeEntries(input);
  return (path.endsWith('.json') && mergeJson(input, winner)) || mergeText(input, winner);
}

/** A list where order means little: what the template added is appended, what it dropped is taken out. Never a conflict. */
function mergeEntries({ ours, base = '', theirs }: MergeInput): Merged {
  const [mine, before, now] = [ours, base, theirs].map((text) => text.split('\n').filter((line) => line !== ''));
  const dropped = before.filter((line) => !now.includes(line));
  const added = now.filter((line) => !before.includes(line) && !mine.includes(line));
  const kept = ours === '' || ours.endsWith('\n') ? ours : `${ours}\n`;
  const lines = kept.match(/[^\n]*\n/g) ?? [];
  const rest = lines.filter((line) => !dropped.includes(line.slice(0, -1)));
  return { text: [...rest, ...added.map((line) => `${line}\n`)].join(''), conflicts: 0 };
}
