import type { Direction, FrozenStudy, FrozenTrial } from '../../../../src/tuning/storage/study-storage.ts';

export function frozenStudy(trials: readonly FrozenTrial[], directions: readonly Direction[] = ['minimize']): FrozenStudy {
  return { id: 0, name: 'study', directions, userAttributes: {}, systemAttributes: {}, trials };
}
