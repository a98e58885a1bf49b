import type { FrozenTrial } from './storage/study-storage.ts';

/** Why a trial failed, in one line for a table; the journal has the whole text. Undefined where nothing is kept. */
export function causeOf({ userAttributes: { cause } }: Pick<FrozenTrial, 'userAttributes'>): string | undefined {
  if (cause === undefined) return undefined;
  const [first, ...more] = String(cause).trim().split('\n');
  return more.length > 0 ? `${first} ...` : first;
}
