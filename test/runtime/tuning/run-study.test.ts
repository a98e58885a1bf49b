import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory, tidy, variable, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { AnyConfig } from '../../../src/config/index.ts';
import { createRun, type Run } from '../../../src/runs/index.ts';
import {
  bestOverrides,
  createStudy,
  defineStudy,
  float,
  gridSearchCV,
  int,
  journalFile,
  journalStorage,
  kFold,
  logFloat,
  type ProjectStudy,
  runStudy,
  space as space_,
} from '../../../src/tuning/index.ts';
import { rateOf, space, train, useStudyProject } from './study-project.ts';

describe('runStudy', () => {
  const project = useStudyProject();
  const { configWith, studyOf, tuneRun } = project;

  test('prints a line for each training, writes the table and finds the best settings', async () => {
    const config = configWith();
    const result = await runStudy(studyOf(space), train, config, tuneRun(config));
    expect(result.bestValue).toBeCloseTo(0.4, 12);
    expect(result.best).toEqual([
      ['training.optimizer.learningRate', 0.2],
      ['model.hidden', [8, 4]],
    ]);
    expect(await bestOverrides(project.root, 'rate')).toEqual(result.best);
    // Times differ: they are the fifth column.
    expect(project.printed.map((line) => line.replace(/(%) +\d+\.\d/, '$1      T'))).toEqual([
      '  study rate: grid 2 x 2 = 4 trials, judged by val_accuracy',
      '  trial   training.optimizer.learningRate   model.hidden   val_accuracy        s',
      '      1                               0.1            [4]         20.0 %      T   best',
      '      2                               0.1          [8,4]         30.0 %      T   best',
      '      3                               0.2            [4]         30.0 %      T',
      '      4                               0.2          [8,4]         40.0 %      T   best',
      '  4 of 4 done.   use it: npm run train from-study=rate     table: tuning/rate.csv\n  report: runs/tuning/rate/report.html',
    ]);
    const csv = readFileSync(join(project.root, 'tuning/rate.csv'), 'utf8').split('\n');
    expect(csv[0]).toBe('rank,trial,param_training.optimizer.learningRate,param_model.hidden,val_accuracy,seconds,state,cause,run');
    expect(csv[1]).toMatch(/^1,4,0\.2,"\[8,4\]",0\.4,[\d.]+,complete,,runs\/tuning\/rate\/[\w-]+$/);
    expect(csv.slice(1, 5).map((line) => line.split(',')[0])).toEqual(['1', '2', '2', '4']);
    const journal = join(project.root, 'runs/tuning/rate/journal.log');
    const kept = await createStudy({
      name: 'rate',
      storage: journalStorage(journalFile(journal)),
      direction: 'maximize',
      loadIfExists: true,
    });
    expect(await kept.metricNames()).toEqual(['val_accuracy']);
    expect(readFileSync(join(project.root, 'runs/tuning/rate/report.html'), 'utf8')).toContain('<title>Study rate</title>');
  });

  test('has no best settings of a study that something else began', async () => {
    const storage = journalStorage(journalFile(join(project.root, 'runs/tuning/rate/journal.log')));
    await (await createStudy({ name: 'rate', storage })).optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 });
    await expect(bestOverrides(project.root, 'rate')).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/^The study rate has no result yet\. Type: npm run tune study=rate$/),
    });
  });

  test('does not train again what has a result, and says what is left', async () => {
    const config = configWith();
    let trainings = 0;
    const failing = (one: AnyConfig) => {
      if (++trainings === 3) throw new Error('no memory');
      return train(one);
    };
    const study = { ...studyOf(space), retries: 0 };
    await runStudy(study, failing, config, tuneRun(config));
    expect(project.printed[4]).toMatch(/ 3 .* failed .* no memory$/);
    expect(project.printed.at(-1)).toMatch(/^ {2}3 of 4 done\. {3}the others are tried again by the same command/);
    await runStudy(study, failing, config, tuneRun(config));
    expect(trainings).toBe(5);
    expect(project.printed.at(-1)).toMatch(/^ {2}4 of 4 done\. {3}use it/);
    expect(project.printed).toContain('  study rate: grid 2 x 2 = 4 trials, 1 left, judged by val_accuracy');
  });

  test('says of trials that have not begun that they are left, not that they failed', async () => {
    const config = configWith();
    const begun = async (study: ProjectStudy, options = {}) => {
      await runStudy(study, train, config, tuneRun(config), options);
      return project.printed.at(-1);
    };
    expect(await begun(studyOf(space), { trials: 1 })).toMatch(/^ {2}1 of 4 done\. {3}the same command goes on {3}use it/);
    const study = { ...studyOf({ 'training.optimizer.learningRate': float(0.1, 0.2) }), sampler: 'random', maxTrials: 9 };
    expect(await begun({ ...study, name: 'some' }, { trials: 2 })).toMatch(/^ {2}2 of 9 done\. {3}the same command goes on {3}use it/);
    expect(await begun({ ...study, name: 'enough', stopWhen: { target: 0 } })).toMatch(
      /^ {2}1 of 9 done\. {3}that is enough: stopWhen {3}use it/,
    );
  });

  test('tries once more what failed', async () => {
    const config = configWith();
    let trainings = 0;
    const failing = (one: AnyConfig) => {
      if (++trainings === 3) throw new Error('no memory');
      return train(one);
    };
    const { trials } = await runStudy(studyOf(space), failing, config, tuneRun(config));
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'fail', 'complete', 'complete']);
    expect(trials[3].params).toEqual(trials[2].params);
    expect(project.printed.at(-1)).toMatch(/^ {2}4 of 4 done\. {3}use it/);
  });

  test('draws from ranges, under conditions, and from-study takes numbers as they were', async () => {
    const config = configWith();
    const searched = space_<AnyConfig>({
      'training.optimizer.learningRate': logFloat(1e-3, 1e-1),
      'training.optimizer.name': ['sgd', 'adam'],
      'training.optimizer.momentum': float(0.5, 0.9),
      'data.batchSize': int(8, 64, { log: true }),
    } as never)
      .when('training.optimizer.momentum' as never, 'training.optimizer.name' as never, 'sgd' as never)
      .forbid((settings) => (settings as Record<string, number>)['data.batchSize'] > 40);
    const definition = defineStudy<AnyConfig>({ space: searched, scoring: 'val_accuracy' as never, sampler: 'random', maxTrials: 12 });
    const study = { ...definition, name: 'wide', project: project.parts };
    const seen: AnyConfig[] = [];
    const result = await runStudy(
      study,
      (one) => {
        seen.push(one);
        return { val_accuracy: rateOf(one) };
      },
      config,
      tuneRun(config),
    );
    expect(project.printed[0]).toBe('  study wide: random, 12 trials, judged by val_accuracy');
    for (const { training, data } of seen) {
      expect(training.optimizer.name === 'sgd' && (training.optimizer as { momentum?: number }).momentum! >= 0.5).toBe(
        training.optimizer.name === 'sgd',
      );
      expect(data.batchSize).toBeLessThanOrEqual(40);
    }
    expect(new Set(seen.map(({ training }) => training.optimizer.name)).size).toBe(2);
    expect(result.bestValue).toBe(Math.max(...seen.map(rateOf)));
    expect(await bestOverrides(project.root, 'wide')).toEqual(result.best);
    expect(Object.fromEntries(result.best)['training.optimizer.learningRate']).toBe(result.bestValue);
  });

  test('ends trainings that are worse than the others were at the same epoch', async () => {
    const config = configWith({ epochs: 6 });
    const definition = defineStudy<AnyConfig>({
      space: { seed: int(0, 20) } as never,
      scoring: 'val_accuracy' as never,
      sampler: 'grid',
      pruner: 'median',
    });
    const study = { ...definition, name: 'early', project: project.parts, maxTrials: 8 };
    const epochs: number[] = [];
    await runStudy(
      study,
      async ({ seed }, run) => {
        const history: { val_accuracy: number }[] = [];
        let stopped: string | undefined;
        while (history.length < 6 && stopped === undefined) {
          history.push({ val_accuracy: (seed === 7 ? 1 : 10 - seed) * history.length });
          stopped = await run.watch!(history, 0.25);
        }
        epochs.push(history.length);
        return history[history.length - 1];
      },
      config,
      tuneRun(config),
    );
    expect(epochs).toEqual([6, 6, 6, 6, 6, 3, 3, 3]);
    expect(project.printed.at(-2)).toMatch(/ 8 .* ended early$/);
    expect(project.printed.at(-1)).toMatch(/^ {2}8 of 8 done, 3 of them ended early\. {3}use it/);
  });

  test('trains once per fold with cross-validation, and the table is cv_results_', async () => {
    const config = configWith();
    const definition = gridSearchCV<AnyConfig>({
      space: { 'training.optimizer.learningRate': [0.1, 0.2] } as never,
      cv: kFold(3, { stratified: false, seed: 5 }),
      scoring: 'val_accuracy' as never,
      refit: false,
    });
    const study = { ...definition, name: 'folds', project: project.parts };
    let trainings = 0;
    const byFold = async ({ data, training }: AnyConfig, run: Run) => {
      await run.watch!([], 0.25); // seconds of a validation
      if (++trainings === 5) throw new Error('no memory');
      expect(data).toMatchObject({ folds: 3, stratifyFolds: false, foldSeed: 5 });
      return { val_accuracy: (training.optimizer as { learningRate?: number }).learningRate! + data.fold! };
    };
    const result = await runStudy(study, byFold, config, tuneRun(config));
    expect(trainings).toBe(7); // the second try of the failed trial goes on with its second fold
    expect(result.bestValue).toBeCloseTo(1.2, 12);
    expect(project.printed[0]).toBe('  study folds: grid, 2 trials of 3 folds, judged by val_accuracy');
    const [head, first, second] = readFileSync(join(project.root, 'tuning/folds.csv'), 'utf8').trim().split('\n');
    expect(head).toBe(
      'mean_fit_time,std_fit_time,mean_score_time,std_score_time,param_training.optimizer.learningRate,params,split0_test_score,split1_test_score,split2_test_score,mean_test_score,std_test_score,rank_test_score',
    );
    expect(first.split(',').slice(2, 4)).toEqual(['0.2500', '0.0000']);
    expect(first.split(',').slice(-1)).toEqual(['2']);
    expect(second).toMatch(/,0\.2,"\{""training\.optimizer\.learningRate"":0\.2\}",0\.2,1\.2,2\.2,1\.2\d*,0\.816\d+,1$/);
  });

  test('leaves out the folds of what is worse than the best by more than chance', async () => {
    const config = configWith();
    const definition = defineStudy<AnyConfig>({
      space: { seed: [1, 2, 3] } as never,
      scoring: 'val_accuracy' as never,
      sampler: 'grid',
      cv: kFold(8),
    });
    const folds = [0, 0, 0, 0];
    const noisy = ({ seed, data }: AnyConfig) => {
      folds[seed]++;
      return { val_accuracy: 1 - seed / 10 + data.fold! / 100 };
    };
    const study = { ...definition, name: 'chance', project: project.parts };
    const { trials } = await runStudy(study, noisy, config, tuneRun(config));
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'pruned', 'pruned']);
    expect(folds).toEqual([0, 8, 4, 4]); // four of four worse: one chance in sixteen, below a tenth
    expect(readFileSync(join(project.root, 'tuning/chance.csv'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('with fast-dev-run tries every combination and keeps nothing', async () => {
    const config = configWith();
    const switches = { fastDevRun: true, overfitBatches: 0 };
    const { run } = createRun({ root: project.root, config, kind: 'trial', switches, print: (text) => project.printed.push(text) });
    const seen: boolean[] = [];
    await runStudy(
      studyOf(space),
      (one, trial) => {
        seen.push(trial.switches.fastDevRun);
        return train(one);
      },
      config,
      run,
    );
    expect(seen).toEqual([true, true, true, true]);
    expect(project.printed.at(-1)).toBe('  Only tried: the study keeps nothing of it.');
    expect(existsSync(join(project.root, 'runs/tuning/rate/journal.log'))).toBe(false);
    expect(existsSync(join(project.root, 'tuning/rate.csv'))).toBe(false);
  });

  test('a loss is to be small', async () => {
    const config = configWith();
    const study = studyOf({ 'training.optimizer.learningRate': [0.3, 0.1, 0.2] }, 'val_loss');
    const result = await runStudy(study, (one) => ({ val_loss: rateOf(one) }), config, tuneRun(config));
    expect(result.best).toEqual([['training.optimizer.learningRate', 0.1]]);
  });

  test('frees what the trainings leave in memory', async () => {
    const config = configWith();
    const before = memory().numTensors;
    const leaking = () => {
      tidy(() => variable(zeros([3]), true, 'dense1/kernel'));
      return { val_accuracy: 1 };
    };
    await runStudy(studyOf(space), leaking, config, tuneRun(config));
    expect(memory().numTensors).toBe(before);
  });

  test('keeps the checkpoints of the best training only', async () => {
    const config = configWith();
    const saving = (one: AnyConfig, run: Run) => {
      mkdirSync(run.path('checkpoints'));
      writeFileSync(run.path('checkpoints', 'best.safetensors'), '');
      return train(one);
    };
    const { trials } = await runStudy(studyOf(space), saving, config, tuneRun(config));
    const kept = trials.filter(({ userAttributes }) => existsSync(join(project.root, String(userAttributes.run), 'checkpoints')));
    expect(kept.map(({ number }) => number)).toEqual([3]);
  });
});
