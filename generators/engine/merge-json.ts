import { isDeepStrictEqual } from 'node:util';
import { type Merged, type MergeInput, mergeText, type Winner } from './merge-text.ts';

/**
 * Merges JSON by key: each value that one side changed is taken, a value that both changed differently is a conflict. The
 * user's order of keys and indent stay; new keys go behind the key they follow in the template, or to their place where the
 * user's keys are sorted. Without a base, keys that one side has are kept. Undefined if a side is not JSON (comments).
 */
export function mergeJson(input: MergeInput, winner: Winner): Merged | undefined {
  const sides = { ours: parse(input.ours), base: input.base === undefined ? undefined : parse(input.base), theirs: parse(input.theirs) };
  if (sides.ours === invalid || sides.base === invalid || sides.theirs === invalid) return undefined;
  const conflicts: string[] = [];
  const value = mergeValue(sides.ours, sides.base, sides.theirs, '', winner, conflicts);
  if (conflicts.length > 0 && winner === 'markers') return { text: mergeText(input, 'markers').text, conflicts: conflicts.length };
  // Lines keep an array on one line and everything else as the user wrote it, if they come to the same.
  const byLine = mergeText(input, winner).text;
  if (isDeepStrictEqual(parse(byLine), value)) return { text: byLine, conflicts: conflicts.length };
  const text = JSON.stringify(value, undefined, indentOf(input.ours));
  return { text: input.ours.endsWith('\n') ? `${text}\n` : text, conflicts: conflicts.length };
}

type Fields = Readonly<Record<string, unknown>>;

const invalid = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return invalid;
  }
}

/** One value of the three; undefined where a side does not have it. */
function mergeValue(ours: unknown, base: unknown, theirs: unknown, path: string, winner: Winner, conflicts: string[]): unknown {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(theirs, base)) return ours;
  if (isDeepStrictEqual(ours, base)) return theirs;
  if (!isFields(ours) || !isFields(theirs)) {
    conflicts.push(path);
    return winner === 'theirs' ? theirs : ours;
  }
  const before = isFields(base) ? base : {};
  const of = (fields: Fields, key: string) => (Object.hasOwn(fields, key) ? fields[key] : undefined);
  const entries = mergedKeys(Object.keys(ours), Object.keys(theirs))
    .map((key) => [key, mergeValue(of(ours, key), of(before, key), of(theirs, key), `${path}/${key}`, winner, conflicts)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergedKeys(ours: readonly string[], theirs: readonly string[]): string[] {
  const keys = [...ours];
  theirs.forEach((key, index) => {
    if (!keys.includes(key)) keys.splice(keys.indexOf(theirs[index - 1]) + 1, 0, key);
  });
  const sorted = [...ours].sort();
  return ours.length > 1 && isDeepStrictEqual(sorted, ours) ? keys.sort() : keys;
}

function indentOf(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
}
