import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../../src/tuning/distribution.ts';
import { nsga2Sampler, randomSampler, type Sampler, tpeSampler } from '../../../../src/tuning/index.ts';
import { hypervolume } from '../../../../src/tuning/samplers/pareto/hypervolume.ts';
import type { FrozenTrial } from '../../../../src/tuning/storage/study-storage.ts';
import { frozenTrial } from '../frozen-trial.ts';
import { frozenStudy } from './frozen-study.ts';

const space = Object.fromEntries(
  Array.from({ length: 6 }, (_, i): [string, Distribution] => [`x${i}`, { kind: 'float', low: 0, high: 1, log: false, step: null }]),
);

/** ZDT1 (Zitzler, Deb and Thiele 2000) with six parameters. */
function zdt1(x: readonly number[]): number[] {
  const g = 1 + (9 / 5) * x.slice(1).reduce((sum, value) => sum + value, 0);
  return [x[0], g * (1 - Math.sqrt(x[0] / g))];
}

function run(sampler: Sampler, count: number, limit = Number.POSITIVE_INFINITY): FrozenTrial[] {
  const trials: FrozenTrial[] = [];
  for (let number = 0; number < count; number++) {
    const study = frozenStudy([...trials], ['minimize', 'minimize']);
    const relative = sampler.sampleRelative(study, number)!;
    const params = Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => [
        name,
        relative[name] ?? sampler.sampleIndependent(study, number, name, distribution),
      ]),
    );
    const systemAttributes = sampler.systemAttributes?.(study, number, relative) ?? {};
    const values = zdt1(Object.values(params).map(Number));
    trials.push(frozenTrial({ number, params, distributions: space, values, systemAttributes, constraints: { first: values[0] - limit } }));
  }
  return trials;
}

const volume = (trials: readonly FrozenTrial[]) =>
  hypervolume(
    trials.map(({ values }) => values!).filter(([, second]) => second < 11),
    [1.1, 11],
  );

describe.each([
  ['nsga2', (seed: number) => nsga2Sampler({ seed, populationSize: 20 }), 240],
  ['tpe', (seed: number) => tpeSampler({ seed }), 100],
] as const)('%s with two objectives', (_name, create, count) => {
  test('covers more hypervolume than chance does', () => {
    const sum = (sampler: (seed: number) => Sampler) => [0, 1, 2].reduce((total, seed) => total + volume(run(sampler(seed), count)), 0);
    expect(sum(create)).toBeGreaterThan(sum((seed) => randomSampler({ seed })) + 1);
  });

  test('learns to keep a constraint', () => {
    const kept = (trials: readonly FrozenTrial[]) => trials.slice(-40).filter(({ constraints }) => constraints.first <= 0).length;
    expect(kept(run(create(0), count, 0.3))).toBeGreaterThan(kept(run(randomSampler({ seed: 0 }), count, 0.3)) + 5);
  });
});

test("NSGA-II keeps generations in the study with Optuna's key, and refuses options that cannot be", () => {
  const generations = run(nsga2Sampler({ populationSize: 5 }), 12).map(
    ({ systemAttributes }) => systemAttributes['NSGAIISampler:generation'],
  );
  expect(generations).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]);
  expect(() => nsga2Sampler({ populationSize: 1 })).toThrow('populationSize is 1');
  expect(() => nsga2Sampler({ mutation: 2 })).toThrow('mutation is 2');
});
