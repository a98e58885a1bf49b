import type { FrozenTrial } from '../../../src/tuning/storage/study-storage.ts';

/** A trial as a storage has it: a complete one with nothing in it but what is given. */
export function frozenTrial(given: Partial<FrozenTrial> = {}): FrozenTrial {
  const values = given.values ?? (typeof given.value === 'number' ? [given.value] : null);
  return {
    id: given.number ?? 0,
    number: 0,
    state: 'complete',
    params: {},
    distributions: {},
    intermediateValues: {},
    userAttributes: {},
    systemAttributes: {},
    constraints: {},
    workerId: '',
    start: null,
    complete: null,
    ...given,
    values,
    value: values?.[0] ?? null,
  };
}
