import type { FrozenTrial } from '../storage/study-storage.ts';

/** By how much a trial breaks its constraints; 0 where it keeps all of them. */
export function brokenBy({ constraints }: FrozenTrial): number {
  return Object.values(constraints).reduce((sum, value) => (value > 0 ? sum + value : sum), 0);
}
