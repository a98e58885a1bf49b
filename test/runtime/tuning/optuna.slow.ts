import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStudy, gridSampler, journalFile, journalStorage, randomSampler, type SearchSpace } from '../../../src/tuning/index.ts';
import { compactJournal } from '../../../src/tuning/storage/compact-journal.ts';
import { describeWith, optunaVersions, python } from '../../support/requirements.ts';
import { runOptuna } from './run-optuna.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'optuna-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

    const read = await runOptuna(
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
    const continued = await runOptuna(
      path,
      `
def objective(t):
    return t.suggest_float('x', -1, 1) ** 2 + t.suggest_int('n', 1, 64, log=True) + t.suggest_float('lr', 1e-5, 1e-1, log=True)
study = optuna.load_study(study_name='both', storage=storage)
study.set_metric_names(['sum of all'])
study.optimize(objective, n_trials=5)
study.enqueue_trial({'x': 0.5})
print(json.dumps([[t.state.name, t.value, t.params] for t in study.trials]))
`,
    );
    const study = await open();
    const ours = (await study.trials()).map(({ state, value, params }) => [state.toUpperCase(), value, { ...params }]);
    expect(ours).toEqual(continued);
    expect(ours).toHaveLength(11);
    expect(await study.metricNames()).toEqual(['sum of all']);
    await study.optimize(objective, { trials: 3 });
    const trials = `optuna.load_study(study_name='both', storage=storage).trials`;
    // The first of ours is what Python had enqueued.
    expect(await runOptuna(path, `print(json.dumps([len(${trials}), ${trials}[10].params['x'], ${trials}[10].state.name]))`)).toEqual([
      13,
      0.5,
      'COMPLETE',
    ]);
  });

  test.each(optunaVersions)('reads several directions, constraints, further tries and a compacted journal: %#', async (version) => {
    const path = join(folder, `everything-${optunaVersions.indexOf(version)}.log`);
    const storage = journalStorage(journalFile(path));
    const study = await createStudy({ name: 'both', storage, directions: ['minimize', 'maximize'], retries: 1, sampler: randomSampler() });
    await study.enqueue({ n: 7 });
    await study.setMetricNames(['loss', 'accuracy']);
    const space: SearchSpace = {
      parameters: {
        n: { kind: 'int', low: 1, high: 9, log: false, step: 2 },
        rate: { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null },
        kind: { kind: 'categorical', choices: ['a', null, 2] },
      },
    };
    await study.optimize(
      (trial) => {
        trial.setConstraint('size', trial.number - 2);
        if (trial.number === 1) throw new Error('no');
        return [trial.suggestInt('n', 1, 9, { step: 2 }), trial.number];
      },
      { trials: 5, space },
    );
    await study.enqueue({ n: 3 });
    await compactJournal(path, `${path}.compact`);
    const trials = await study.trials();
    const wanted = {
      names: ['loss', 'accuracy'],
      best: (await study.bestTrials()).map(({ number }) => number),
      feasible: trials.map(({ constraints }) => Object.values(constraints).every((value) => value <= 0)),
      trials: trials.map(
        ({ state, values, params, systemAttributes: { failed_trial: failed, retry_history: history, fixed_params: fixed } }) => [
          state.toUpperCase(),
          values,
          { ...params },
          failed ?? null,
          history ?? null,
          fixed ?? null,
        ],
      ),
    };
    const read = `
study = optuna.load_study(study_name='both', storage=storage)
feasible = [all(c <= 0 for c in t.system_attrs.get('constraints', [])) for t in study.trials]
front = optuna.study._multi_objective._get_pareto_front_trials(study, consider_constraint=True)
print(json.dumps({'names': study.metric_names, 'best': [t.number for t in front], 'feasible': feasible, 'trials': [
  [t.state.name, t.values, t.params, t.system_attrs.get('failed_trial'), t.system_attrs.get('retry_history'), t.system_attrs.get('fixed_params')]
  for t in study.trials]}))
`;
    expect(await runOptuna(path, read, version)).toEqual(wanted);
    expect(await runOptuna(`${path}.compact`, read, version)).toEqual(wanted);
  });

  test('reads on after a line that a killed process left unfinished', async () => {
    const path = join(folder, 'torn.log');
    const open = () => createStudy({ name: 'torn', storage: journalStorage(journalFile(path)), loadIfExists: true });
    await (await open()).optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 2 });
    writeFileSync(path, '{"op_code":4,"worker_id":"gone","stu', { flag: 'a' });
    await (await open()).optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 });
    expect(
      await runOptuna(path, `print(json.dumps([t.state.name for t in optuna.load_study(study_name='torn', storage=storage).trials]))`),
    ).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
  });

  test('takes over a trial that we put back, with its parameters and reports', async () => {
    const path = join(folder, 'returned.log');
    const storage = journalStorage(journalFile(path));
    const study = await createStudy({ name: 'returned', storage, sampler: randomSampler() });
    const trial = (await study.ask())!;
    const x = trial.suggestFloat('x', 0, 1);
    trial.report(7, 0);
    await study.tell(trial, { state: 'waiting' });
    const code = `
study = optuna.load_study(study_name='returned', storage=storage)
before = study.trials[0]
study.optimize(lambda t: t.suggest_float('x', 0, 1), n_trials=1)
print(json.dumps([before.state.name, before.intermediate_values[0], len(study.trials), study.trials[0].state.name, study.trials[0].value]))
`;
    expect(await runOptuna(path, code)).toEqual(['WAITING', 7, 1, 'COMPLETE', x]);
    expect((await study.trials())[0]).toMatchObject({ state: 'complete', value: x });
  });

  test('and four of our studies write one journal at once without losing a trial, and it goes on with it', async () => {
    const path = join(folder, 'crowd.log');
    const studies = await Promise.all(
      [0, 1, 2, 3].map(() => createStudy({ name: 'crowd', storage: journalStorage(journalFile(path)), loadIfExists: true })),
    );
    await Promise.all(studies.map((study) => study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 25 })));
    expect(
      await runOptuna(
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
