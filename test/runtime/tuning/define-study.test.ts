import { describe, expect, test } from 'vitest';
import type { AnyConfig } from '../../../src/config/index.ts';
import { defineStudy, float, gridSearch, gridSearchCV, int, kFold, logFloat, space } from '../../../src/tuning/index.ts';

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
    [() => gridSearch(undefined as never), 'gridSearch got nothing; its options are written gridSearch({ ... }).'],
    [() => gridSearch({ scoring: 'val_loss' } as never), 'The study has no space.'],
    [
      () => defineStudy({ space: { seed: [1] }, scoring: 'val_loss', maxTrial: 3 } as never),
      'defineStudy has no option maxTrial. Did you mean maxTrials?',
    ],
    [() => defineStudy<AnyConfig>({ space: { seed: [1] } as never, scoring: 'val_loss' as never }), 'The study would never end.'],
    [() => kFold(1), 'kFold got 1; it needs a whole number, at least 2.'],
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

test("scikit-learn's cv=3 is refused with what to write", () => {
  const options = { space: { 'data.batchSize': [16] }, cv: 3, scoring: 'val_accuracy' } as never;
  expect(() => gridSearchCV(options)).toThrow('gridSearchCV: cv is 3; write cv: kFold(3)');
});
