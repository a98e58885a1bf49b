import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { float, runStudy } from '../../../src/tuning/index.ts';
import { space, train, useStudyProject } from './study-project.ts';

describe('runStudy refuses', () => {
  const project = useStudyProject();
  const { configWith, studyOf, tuneRun } = project;

  test('a study in which nothing worked ends with the cause', async () => {
    const config = configWith();
    const broken = () => {
      throw new Error('dataset/ is empty');
    };
    await expect(runStudy(studyOf(space), broken, config, tuneRun(config))).rejects.toThrow(
      'No trial of the study rate has a result. The last one: dataset/ is empty',
    );
  });

  test.each([
    ['an unknown key', { 'training.optimizer.learningrate': [1] }, 'val_accuracy', /learningrate is not a setting.*learningRate/],
    ['a value of the wrong type', { 'data.batchSize': [64, 'many'] }, 'val_accuracy', /data\.batchSize.*"many"/],
    [
      'a value that is no number',
      { 'training.optimizer.learningRate': [0.1, Number.NaN] },
      'val_accuracy',
      /learningRate has the choice NaN/,
    ],
    [
      'a range of numbers for whole ones',
      { 'training.epochs': float(1, 4) },
      'val_accuracy',
      /training\.epochs must be a whole number.*not 2/,
    ],
    ['no scoring', space, null as never, /tuning\/rate\.ts: say what a training is judged by: scoring: 'val_loss'/],
    ['a scoring that is not logged', space, 'val_f1Score', /tuning\/rate\.ts: scoring is "val_f1Score", which the training does not log\./],
  ])('refuses %s before the first training', async (_, given, scoring, message) => {
    const config = configWith();
    const never = () => {
      throw new Error('trained');
    };
    const hasRange = Object.values(given).some((values) => 'low' in values);
    const study = { ...studyOf(given, scoring), ...(hasRange && { sampler: 'tpe', maxTrials: 2 }) };
    await expect(runStudy(study, never, config, tuneRun(config))).rejects.toThrow(message);
    expect(existsSync(join(project.root, 'runs/tuning'))).toBe(false);
  });

  test.each([
    [{ maxTrials: 0 }, {}, 'tuning/rate.ts: maxTrials is 0; it must be a whole number, at least 1.'],
    [{ workers: 1.5 }, {}, 'workers is 1.5; it must be a whole number, at least 1.'],
    [{ retries: '3' }, {}, 'retries is "3"; it must be a whole number, at least 0.'],
    [{ direction: 'minimise' }, {}, `direction is "minimise"; it must be 'maximize' or 'minimize'.`],
    [{ stopWhen: { noGainTrials: -1 } }, {}, 'stopWhen.noGainTrials is -1'],
    [{ timeout: '3 parsecs' }, {}, 'timeout is "3 parsecs", which is no time. Write 90s'],
    [
      { space: { 'data.folds': [3, 5] }, cv: { folds: 3 } },
      {},
      'the space varies data.folds, which cv sets: kFold(...). Leave one of them out.',
    ],
    [{}, { timeBudget: '5' }, 'timeBudget is "5", which is no time. Write 90s'],
    [{}, { workers: -1 }, 'workers is -1; it must be a whole number, at least 1, or 0 for what the study says.'],
    [{}, { trials: 2.5 }, 'trials is 2.5; it must be a whole number'],
  ])('refuses %j called with %j before the first training', async (changes, options, message) => {
    const config = configWith();
    const never = () => {
      throw new Error('trained');
    };
    await expect(runStudy({ ...studyOf(space), ...changes } as never, never, config, tuneRun(config), options)).rejects.toThrow(message);
    expect(existsSync(join(project.root, 'runs/tuning'))).toBe(false);
  });

  test('tells a failure in one line, and keeps all of it', async () => {
    const config = configWith();
    const broken = () => {
      throw new Error('dataset/ is empty\nput pictures there');
    };
    await expect(runStudy(studyOf(space), broken, config, tuneRun(config))).rejects.toThrow('The last one: dataset/ is empty ...');
    expect(
      project.printed.filter((line) => line.includes('dataset/ is empty')).every((line) => line.endsWith('dataset/ is empty ...')),
    ).toBe(true);
    expect(readFileSync(join(project.root, 'tuning/rate.csv'), 'utf8')).toContain('put pictures there');
  });

  test('a train that returns nothing is told to return what fit gives', async () => {
    const config = configWith();
    await expect(runStudy(studyOf(space), (() => undefined) as never, config, tuneRun(config))).rejects.toThrow(
      'tuning/rate.ts: train returned no val_accuracy, and nothing else. Return what trainer.fit gives.',
    );
  });

  test('refuses to mix results of different settings, and says what to do', async () => {
    const config = configWith();
    await runStudy(studyOf(space), train, config, tuneRun(config));
    const longer = configWith({ epochs: 9 });
    await expect(runStudy(studyOf(space), train, longer, tuneRun(longer))).rejects.toThrow(
      'training.epochs was 2, is now 9. Change that back; or give the study another file name; or delete runs/tuning/rate to begin it anew.',
    );
    const wider = studyOf({ ...space, 'model.hidden': [[4], [16]] });
    await expect(runStudy(wider, train, config, tuneRun(config))).rejects.toThrow('space: model.hidden was [[4],[8,4]], is now [[4],[16]]');
  });
});
