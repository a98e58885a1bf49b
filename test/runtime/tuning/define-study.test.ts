import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { AnyConfig } from '../../../src/config/index.ts';
import {
  cmaEsSampler,
  defineStudy,
  float,
  gpSampler,
  gridSearch,
  gridSearchCV,
  hyperbandPruner,
  int,
  kFold,
  logFloat,
  medianPruner,
  nsga2Sampler,
  patientPruner,
  percentilePruner,
  quasiRandomSampler,
  randomSampler,
  space,
  successiveHalvingPruner,
  thresholdPruner,
  tpeSampler,
  wilcoxonPruner,
} from '../../../src/tuning/index.ts';

describe('a space', () => {
  const condition = (...args: readonly string[]) =>
    (space<AnyConfig>({ seed: [1, 2] } as never) as unknown as { when(...args: readonly string[]): unknown }).when(...args);
  test.each([
    [() => space<AnyConfig>({ seed: int(2, 1) } as never), 'seed has no range: 2 to 1.'],
    [
      () => space<AnyConfig>({ seed: logFloat(0, 1) } as never),
      'seed is drawn on a logarithmic scale, so its lowest value must be above 0, not 0.',
    ],
    [() => space<AnyConfig>({ seed: int(0.5, 1) } as never), 'seed takes whole numbers'],
    [() => condition('training.epochs', 'seed', '1'), 'The space has a condition on training.epochs, which is not in it.'],
    [() => condition('seed', 'sead', '1'), 'condition on sead, which is not in it. Did you mean seed? It has: seed.'],
    [() => condition('seed', 'seed', '3'), 'A condition of the space waits for seed to be "3", which it never is. Its values: 1, 2.'],
    [() => condition('seed', 'seed'), 'A condition of the space says not what seed must be. Its values: 1, 2.'],
    [() => space<AnyConfig>({ seed: float(0.1, 0.5, { step: 1 }) } as never), 'seed has the step 1, larger than its range 0.1 to 0.5'],
    [() => (space as () => unknown)(), 'space got undefined. Name a setting and its values'],
    [() => gridSearch(undefined as never), 'gridSearch got nothing; its options are written gridSearch({ ... }).'],
    [() => gridSearch({ scoring: 'val_loss' } as never), 'The study has no space.'],
    [
      () => defineStudy({ space: { seed: [1] }, scoring: 'val_loss', maxTrial: 3 } as never),
      'defineStudy has no option maxTrial. Did you mean maxTrials?',
    ],
    [() => defineStudy<AnyConfig>({ space: { seed: [1] } as never, scoring: 'val_loss' as never }), 'The study would never end.'],
    [() => kFold(1), 'kFold got 1; it needs a whole number, at least 2.'],
    [() => kFold({ nSplits: 3 } as never), 'kFold got {"nSplits":3}; it needs a whole number'],
    [() => kFold(3, { stratfied: false } as never), 'kFold has no option stratfied. Did you mean stratified?'],
    [() => float(1e-4, 1, { log: true } as never), 'float has no option log. Write logFloat(0.0001, 1).'],
    [() => int(1, 9, { lgo: true } as never), 'int has no option lgo. Did you mean log?'],
  ])('is refused where it cannot be: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('gridSearch', () => {
  test.each([
    [{}, 'The space is empty.'],
    [{ 'data.batchSize': [] }, 'The space has no values for data.batchSize.'],
    [{ 'data.batchSize': 64 }, 'The space has 64 for data.batchSize. Write a list of values to try: [64]'],
    [{ 'data.batchSize': [64, 32, 64] }, 'The space has 64 twice for data.batchSize.'],
  ])('refuses the space %j', (space, message) => {
    expect(() => gridSearch<AnyConfig>({ space: space as never, scoring: 'val_loss' as never })).toThrow(message);
  });
});

test('what a sampler or a pruner does not take is refused, as in the names of Optuna', () => {
  const as = (make: unknown, ...given: unknown[]) => expect(() => (make as (...all: unknown[]) => unknown)(...given));
  as(tpeSampler, { nStartupTrials: 3 }).toThrow('tpeSampler has no option nStartupTrials. Did you mean startupTrials?');
  for (const make of [randomSampler, quasiRandomSampler, cmaEsSampler, gpSampler, nsga2Sampler])
    as(make, { sed: 1 }).toThrow('Did you mean seed?');
  as(medianPruner, { warmup: 3 }).toThrow('medianPruner has no option warmup.');
  as(percentilePruner, 25, { intervalStep: 2 }).toThrow('Did you mean intervalSteps?');
  as(successiveHalvingPruner, { reduction: 3 }).toThrow('successiveHalvingPruner has no option reduction.');
  as(hyperbandPruner, { minResources: 3 }).toThrow('Did you mean minResource?');
  as(thresholdPruner, { uper: 3 }).toThrow('Did you mean upper?');
  as(wilcoxonPruner, { p: 0.1 }).toThrow('wilcoxonPruner has no option p.');
  as(patientPruner, medianPruner(), { patient: 3 }).toThrow('Did you mean patience?');
  as(patientPruner, 'median', { patience: 3 }).toThrow('patientPruner got "median"; it takes a pruner first');
});

test("gridSearchCV has scikit-learn's nJobs, and says what it takes", () => {
  const study = (more: object) =>
    gridSearchCV({ space: { 'data.batchSize': [16] }, cv: kFold(3), scoring: 'val_accuracy', ...more } as never);
  expect(study({ nJobs: -1 }).workers).toBe(availableParallelism());
  expect(() => study({ nJobs: 0 })).toThrow('gridSearchCV: nJobs is 0; it must be a whole number, at least 1, or -1');
  expect(() => study({ refit: 'yes' })).toThrow('gridSearchCV: refit is "yes"; it must be true or false.');
  expect(() => study({ n_jobs: 2 })).toThrow('gridSearchCV has no option n_jobs. Did you mean nJobs?');
});

test("scikit-learn's cv=3 is refused with what to write", () => {
  const options = { space: { 'data.batchSize': [16] }, cv: 3, scoring: 'val_accuracy' } as never;
  expect(() => gridSearchCV(options)).toThrow('gridSearchCV: cv is 3; write cv: kFold(3)');
});
