import type { JournalEntry } from './journal.ts';

// Python writes NaN and Infinity bare, which JSON does not have. While JSON's own functions work, a marked text stands for them.
const mark = '\u0000number:';
const bareNumber = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const markedNumber = /"\\u0000number:(NaN|-?Infinity)"/g;

/** One line without its end, compact as Optuna's. Numbers that are not finite are written as Python does: `NaN`, `Infinity`. */
export function writeEntry(entry: JournalEntry): string {
  const text = JSON.stringify(entry, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? mark + value : value));
  return text.replace(markedNumber, '$1');
}

/** @throws SyntaxError for a line that is not whole */
export function readEntry(line: string): JournalEntry {
  if (!/NaN|Infinity/.test(line)) return JSON.parse(line);
  const quoted = line.replace(bareNumber, (token) => (token.startsWith('"') ? token : `"\\u0000number:${token}"`));
  return JSON.parse(quoted, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? Number(value.slice(mark.length)) : value,
  );
}
