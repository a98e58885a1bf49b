import { expect, test } from 'vitest';
import { trialsAsCsv } from '../../../src/tuning/trial-table.ts';
import { frozenTrial } from './frozen-trial.ts';

test('leaves the settings empty of a trial that was killed before it had any', () => {
  const killed = frozenTrial({ state: 'fail', userAttributes: { cause: 'killed' } });
  const csv = trialsAsCsv({ space: { seed: [1, 2] }, scoring: 'val_loss' }, [killed], 'minimize');
  expect(csv).toBe('rank,trial,param_seed,val_loss,seconds,state,cause,run\n,1,,,,fail,killed,\n');
});

test('writes the same with the rows of earlier calls, also of trials that ended since', () => {
  const definition = { space: { seed: [1, 2, 3] }, scoring: 'val_loss' };
  const begun = { start: new Date(0), complete: null };
  const trials = [
    frozenTrial({ number: 0, state: 'complete', value: 2, complete: new Date(1000) }),
    frozenTrial({ number: 1, state: 'running', ...begun }),
  ];
  const written = new WeakMap();
  const before = trialsAsCsv(definition, trials, 'minimize', written);
  expect(before).toMatch(/1,1,.*complete[\s\S]*\n,2,.*running/);
  Object.assign(trials[1], { state: 'complete', value: 1, complete: new Date(3000) });
  const after = trialsAsCsv(definition, trials, 'minimize', written);
  expect(after).toBe(trialsAsCsv(definition, trials, 'minimize'));
  expect(after).toMatch(/1,2,.*,1,3\.0,complete[\s\S]*2,1,.*,2,/);
});
