import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStudy, gridSampler, journalFile, journalStorage, randomSampler } from '../../../src/tuning/index.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'optuna-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Python with Optuna and the journal at `path` as `storage`; `code` prints JSON. */
function optuna(path: string, code: string): unknown {
  const head = `
import json, math, sys, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.WARNING)
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
`;
  return JSON.parse(execFileSync(pythonCommand, ['-W', 'ignore', '-c', head + code, path], { encoding: 'utf8' }));
}

describeWith(python('optuna'), "Optuna's own journal storage", () => {
  test('reads our study: parameters, values, states, reports and attributes', async () => {
    const path = join(folder, 'ours.log');
    const sampler = gridSampler({ rate: [1e-4, 0.01], size: [64, 'all', null, true], hidden: ['[128,64]'] });
    const study = await createStudy({ name: 'ours', storage: journalStorage(journalFile(path)), direction: 'maximize', sampler });
    await study.setUserAttribute('note', { of: ['ours', 1.5] });
    await study.optimize((trial) => {
      const size = trial.suggestCategorical('size', [64, 'all', null, true]);
      const rate = trial.suggestCategorical('rate', [1e-4, 0.01]);
      trial.suggestCategorical('hidden', ['[128,64]']);
      trial.report(Number.NaN, 0);
      trial.report(0.5, 1);
      if (size === 'all') throw new Error('no memory: "all"');
      return size === null ? Number.NaN : rate;
    });

    const read = optuna(
      path,
      `
study = optuna.load_study(study_name='ours', storage=storage)
print(json.dumps({
  'direction': study.direction.name, 'note': study.user_attrs['note'], 'best': [study.best_value, study.best_trial.number],
  'trials': [[t.number, t.state.name, t.value, t.params['rate'], t.params['size'], t.params['hidden'], t.user_attrs.get('cause'),
              [s for s in t.intermediate_values], math.isnan(t.intermediate_values[0]), t.datetime_complete > t.datetime_start] for t in study.trials]}))
`,
    );
    const trials = (await study.trials()).map(({ number, state, value, params, userAttributes }) => [
      number,
      state.toUpperCase(),
      value,
      params.rate,
      params.size,
      params.hidden,
      userAttributes.cause ?? null,
      [0, 1],
      true,
      true,
    ]);
    expect(read).toEqual({ direction: 'MAXIMIZE', note: { of: ['ours', 1.5] }, best: [0.01, 4], trials });
    expect(trials.map((trial) => trial[1])).toEqual(['COMPLETE', 'FAIL', 'FAIL', 'COMPLETE', 'COMPLETE', 'FAIL', 'FAIL', 'COMPLETE']);
  });

  test('goes on with our study, and we with what it made', async () => {
    const path = join(folder, 'both.log');
    const open = () =>
      createStudy({ name: 'both', storage: journalStorage(journalFile(path)), sampler: randomSampler(), loadIfExists: true });
    const objective = (trial: Parameters<Parameters<Awaited<ReturnType<typeof open>>['optimize']>[0]>[0]) =>
      trial.suggestFloat('x', -1, 1) ** 2 +
      trial.suggestInt('n', 1, 64, { log: true }) +
      trial.suggestFloat('lr', 1e-5, 1e-1, { log: true });
    await (await open()).optimize(objective, { trials: 5 });
    const continued = optuna(
      path,
      `
def objective(t):
    return t.suggest_float('x', -1, 1) ** 2 + t.suggest_int('n', 1, 64, log=True) + t.suggest_float('lr', 1e-5, 1e-1, log=True)
study = optuna.load_study(study_name='both', storage=storage)
study.optimize(objective, n_trials=5)
study.enqueue_trial({'x': 0.5})
print(json.dumps([[t.state.name, t.value, t.params] for t in study.trials]))
`,
    );
    const study = await open();
    const ours = (await study.trials()).map(({ state, value, params }) => [state.toUpperCase(), value, { ...params }]);
    expect(ours).toEqual(continued);
    expect(ours).toHaveLength(11);
    await study.optimize(objective, { trials: 3 });
    expect(optuna(path, `print(json.dumps(len(optuna.load_study(study_name='both', storage=storage).trials)))`)).toBe(14);
  });

  test('reads on after a line that a killed process left unfinished', async () => {
    const path = join(folder, 'torn.log');
    const open = () => createStudy({ name: 'torn', storage: journalStorage(journalFile(path)), loadIfExists: true });
    await (await open()).optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 2 });
    writeFileSync(path, '{"op_code":4,"worker_id":"gone","stu', { flag: 'a' });
    await (await open()).optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 });
    expect(optuna(path, `print(json.dumps([t.state.name for t in optuna.load_study(study_name='torn', storage=storage).trials]))`)).toEqual(
      ['COMPLETE', 'COMPLETE', 'COMPLETE'],
    );
  });

  test('and four of our studies write one journal at once without losing a trial, and it goes on with it', async () => {
    const path = join(folder, 'crowd.log');
    const studies = await Promise.all(
      [0, 1, 2, 3].map(() => createStudy({ name: 'crowd', storage: journalStorage(journalFile(path)), loadIfExists: true })),
    );
    await Promise.all(studies.map((study) => study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 25 })));
    expect(
      optuna(
        path,
        `
study = optuna.load_study(study_name='crowd', storage=storage)
study.optimize(lambda t: t.suggest_float('x', 0, 1), n_trials=10)
print(json.dumps([[t.number for t in study.trials] == list(range(110)), all(t.state.name == 'COMPLETE' for t in study.trials)]))
`,
      ),
    ).toEqual([true, true]);
  });
});
