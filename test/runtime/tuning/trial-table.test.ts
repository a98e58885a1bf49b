import { expect, test } from 'vitest';
import type { FrozenTrial } from '../../../src/tuning/storage/study-storage.ts';
import { trialsAsCsv } from '../../../src/tuning/trial-table.ts';

test('leaves the settings empty of a trial that was killed before it had any', () => {
  const killed: FrozenTrial = {
    id: 0,
    number: 0,
    state: 'fail',
    value: null,
    params: {},
    distributions: {},
    intermediateValues: {},
    userAttributes: { cause: 'killed' },
    workerId: '',
    start: null,
    complete: null,
  };
  const csv = trialsAsCsv({ space: { seed: [1, 2] }, scoring: 'val_loss' }, [killed], 'minimize');
  expect(csv).toBe('rank,trial,param_seed,val_loss,seconds,state,cause,run\n,1,,,,fail,killed,\n');
});
