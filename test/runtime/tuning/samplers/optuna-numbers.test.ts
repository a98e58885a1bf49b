import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Distribution, fromInternal } from '../../../../src/tuning/distribution.ts';
import { paramImportances } from '../../../../src/tuning/importance.ts';
import { groupedSearchSpace } from '../../../../src/tuning/samplers/inferred-space.ts';
import { elite } from '../../../../src/tuning/samplers/nsga2/elite.ts';
import { hypervolume } from '../../../../src/tuning/samplers/pareto/hypervolume.ts';
import { defaultGamma, defaultWeights } from '../../../../src/tuning/samplers/tpe/defaults.ts';
import { ParzenEstimator } from '../../../../src/tuning/samplers/tpe/parzen-estimator.ts';
import { splitTrials } from '../../../../src/tuning/samplers/tpe/split-trials.ts';
import type { Direction, TrialState } from '../../../../src/tuning/storage/study-storage.ts';
import { frozenTrial } from '../frozen-trial.ts';
import { frozenStudy } from './frozen-study.ts';

interface Golden {
  densities: {
    space: Record<string, Distribution>;
    observed: Record<string, number[]>;
    points: Record<string, number[]>;
    options: { priorWeight: number; magicClip: boolean; endpoints: boolean };
    expected: number[];
  }[];
  splits: { directions: Direction[]; trials: GoldenTrial[]; below: number; expected: [number[], number[]] }[];
  volumes: { losses: number[][]; reference: number[]; expected: number }[];
  groups: { trials: string[]; expected: string[] }[];
  elites: { directions: Direction[]; trials: GoldenTrial[]; size: number; expected: number[] }[];
  importances: {
    directions: Direction[];
    trials: { distributions: Record<string, Distribution>; params: Record<string, number>; values: number[] }[];
    expected: Record<string, number>;
  }[];
  gammas: Record<string, [number, number]>;
  weights: Record<string, number[]>;
}
type GoldenTrial = [TrialState, number[] | null, Record<string, number>, Record<string, number>];

/** Made by golden/optuna_numbers.py, which writes numbers that JSON does not have as texts. */
const golden: Golden = JSON.parse(readFileSync(new URL('golden/optuna-numbers.json', import.meta.url), 'utf8'), (_key, value) =>
  ['inf', '-inf', 'nan'].includes(value) ? { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }[value as 'inf'] : value,
);

describe("the density has Optuna's logarithm, to 1e-9", () => {
  const cases = golden.densities.map((one) => ({
    ...one,
    title: `${kindsOf(one.space)}, ${Object.values(one.observed)[0].length} trials`,
  }));

  test.each(cases)('$title', ({ space, observed, points, options, expected }) => {
    const columns = (values: Record<string, number[]>) => Object.keys(space).map((name) => Float64Array.from(values[name]));
    const trials = Object.values(observed)[0].length;
    const estimator = new ParzenEstimator(Object.values(space), columns(observed), defaultWeights(trials), options);
    const ours = estimator.logDensity(columns(points));
    expect(Math.max(...ours.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-9);
  });

  test('at the two points of the reference', () => {
    expect(golden.densities[0].expected).toEqual([-10.068080895279396, -10.930112863566682]);
  });
});

describe('the same trials are the good ones', () => {
  test.each(golden.splits.map((one, i) => ({ ...one, title: `${i}: ${one.below} of ${one.trials.length}, ${one.directions}` })))(
    '$title',
    ({ directions, trials, below, expected }) => {
      const study = frozenStudy(
        trials.map(([state, values, intermediateValues, constraints], number) =>
          frozenTrial({ number, state, values, intermediateValues, constraints }),
        ),
        directions,
      );
      const split = splitTrials(study, () => below);
      const running = trials.flatMap(([state], number) => (state === 'running' ? [number] : []));
      expect(split.below.map(({ number }) => number)).toEqual(expected[0]);
      expect([...split.above.map(({ number }) => number), ...running].sort((a, b) => a - b)).toEqual(expected[1]);
    },
  );
});

test.each(golden.elites)('the same $size of $trials.length survive a generation, $directions', ({ directions, trials, size, expected }) => {
  const frozen = trials.map(([state, values, , constraints], number) => frozenTrial({ number, state, values, constraints }));
  expect(elite(frozen, directions, size).map(({ number }) => number)).toEqual(expected);
});

test.each(golden.importances)(
  '$trials.length trials give the same importances to 1e-6, $directions',
  ({ directions, trials, expected }) => {
    const frozen = trials.map(({ distributions, params, values }, number) =>
      frozenTrial({
        number,
        values,
        distributions,
        params: Object.fromEntries(Object.entries(params).map(([name, internal]) => [name, fromInternal(distributions[name], internal)])),
      }),
    );
    const ours = paramImportances({ directions, trials: frozen }, { normalize: false });
    expect(Object.keys(ours).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected))
      expect(Math.abs(ours[name] - value), name).toBeLessThan(1e-6 * Math.max(1, value));
    const shares = Object.values(paramImportances({ directions, trials: frozen }));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
  },
);

test.each(golden.volumes)('hypervolume of $losses.length points', ({ losses, reference, expected }) => {
  expect(hypervolume(losses, reference)).toBeCloseTo(expected, 12);
});

test.each(golden.groups)('groups of trials with $trials', ({ trials, expected }) => {
  const distribution: Distribution = { kind: 'float', low: 0, high: 1, log: false, step: null };
  const spaces = groupedSearchSpace(
    trials.map((names) => frozenTrial({ distributions: Object.fromEntries([...names].map((name) => [name, distribution])) })),
  );
  expect(spaces.map((space) => Object.keys(space).join('')).sort()).toEqual(expected);
});

test('as many good trials, with the same weights', () => {
  for (const [trials, [one, many]] of Object.entries(golden.gammas)) {
    expect([defaultGamma(['minimize'])(Number(trials)), defaultGamma(['minimize', 'minimize'])(Number(trials))]).toEqual([one, many]);
  }
  for (const [trials, weights] of Object.entries(golden.weights)) {
    defaultWeights(Number(trials)).forEach((weight, i) => {
      expect(weight).toBeCloseTo(weights[i], 15);
    });
  }
});

function kindsOf(space: Record<string, Distribution>): string {
  const words = (one: Distribution) =>
    one.kind === 'categorical'
      ? `${one.choices.length} choices`
      : `${one.log ? 'log ' : ''}${one.kind}${one.step ? ` by ${one.step}` : ''}`;
  return Object.values(space).map(words).join(', ');
}
