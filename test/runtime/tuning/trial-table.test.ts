import { expect, test } from 'vitest';
import { trialsAsCsv } from '../../../src/tuning/trial-table.ts';
import { frozenTrial } from './frozen-trial.ts';

test('leaves the settings empty of a trial that was killed before it had any', () => {
  const killed = frozenTrial({ state: 'fail', userAttributes: { cause: 'killed' } });
  const csv = trialsAsCsv({ space: { seed: [1, 2] }, scoring: 'val_loss' }, [killed], 'minimize');
  expect(csv).toBe('rank,trial,param_seed,val_loss,seconds,state,cause,run\n,1,,,,fail,killed,\n');
});
