import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../../src/tuning/distribution.ts';
import {
  createStudy,
  journalStorage,
  memoryJournal,
  randomSampler,
  type Sampler,
  type Trial,
  tpeSampler,
} from '../../../../src/tuning/index.ts';
import { relativeParameters, shareRelativeParameters } from '../../../../src/tuning/samplers/tpe/relative-parameters.ts';
import { frozenTrial } from '../frozen-trial.ts';
import { frozenStudy } from './frozen-study.ts';

const unit: Distribution = { kind: 'float', low: 0, high: 1, log: false, step: null };

async function best(sampler: Sampler, objective: (trial: Trial) => number, direction: 'minimize' | 'maximize' = 'minimize') {
  const study = await createStudy({ name: 'a', sampler, direction });
  await study.optimize(objective, { trials: 60 });
  return (await study.bestTrial())!.value!;
}

describe('TPE', () => {
  const bowl = (trial: Trial) =>
    (trial.suggestFloat('x', -10, 10) - 2) ** 2 + (Math.log10(trial.suggestFloat('y', 1e-5, 1, { log: true })) + 3) ** 2;

  test.each([{}, { multivariate: false }, { group: true }])('with %o finds the bottom of a bowl better than chance', async (options) => {
    const sum = async (sampler: (seed: number) => Sampler) => {
      const values = await Promise.all([0, 1, 2, 3, 4].map((seed) => best(sampler(seed), bowl)));
      return values.reduce((total, value) => total + value, 0);
    };
    expect(await sum((seed) => tpeSampler({ ...options, seed }))).toBeLessThan(0.5 * (await sum((seed) => randomSampler({ seed }))));
  });

  test('maximizes', async () => {
    expect(await best(tpeSampler(), (trial) => -bowl(trial), 'maximize')).toBeGreaterThan(-0.3);
  });

  test('chooses the parameters of one branch of a condition together', async () => {
    const study = await createStudy({ name: 'a', sampler: tpeSampler({ group: true }) });
    await study.optimize(
      (trial) => {
        const kind = trial.suggestCategorical('kind', ['sum', 'difference']);
        const [a, b] = [trial.suggestFloat(`${kind}1`, 0, 1), trial.suggestFloat(`${kind}2`, 0, 1)];
        return kind === 'sum' ? Math.abs(a + b - 1) : 0.5 + Math.abs(a - b);
      },
      { trials: 60 },
    );
    expect((await study.bestTrial())!.value).toBeLessThan(0.05);
  });

  test('keeps away from what others are trying, also before they have asked for it', () => {
    const finished = Array.from({ length: 20 }, (_, number) =>
      frozenTrial({ number, value: Math.abs(number / 20 - 0.5), params: { x: number / 20 }, distributions: { x: unit } }),
    );
    const relative = shareRelativeParameters({ x: 0.5 });
    const running = Array.from({ length: 10 }, (_, i) => frozenTrial({ number: 20 + i, state: 'running', systemAttributes: relative }));
    const distance = (sampler: Sampler) => {
      const draws = Array.from({ length: 20 }, (_, i) => Number(sampler.sampleRelative(frozenStudy([...finished, ...running]), 30 + i)!.x));
      return draws.reduce((sum, x) => sum + Math.abs(x - 0.5), 0);
    };
    expect(distance(tpeSampler())).toBeGreaterThan(1.5 * distance(tpeSampler({ constantLiar: false })));
  });

  test('tells other processes what a trial will ask for, in parts that fit', () => {
    const params = { choice: 'a'.repeat(5000), x: 0.25 };
    const systemAttributes = shareRelativeParameters(params);
    expect(Object.values(systemAttributes).map((part) => part.length)).toEqual([2045, 2045, expect.any(Number)]);
    expect(relativeParameters(frozenTrial({ state: 'running', systemAttributes, params: { y: 1 } }))).toEqual({ ...params, y: 1 });
    expect(relativeParameters(frozenTrial({ state: 'complete', systemAttributes, params: { y: 1 } }))).toEqual({ y: 1 });
    const enqueued = frozenTrial({ state: 'running', systemAttributes: { fixed_params: { x: 3 } } });
    expect(relativeParameters(enqueued)).toEqual({ x: 3 });
    delete systemAttributes['tpe:relative_params:2'];
    expect(relativeParameters(frozenTrial({ state: 'running', systemAttributes, params: { y: 1 } }))).toEqual({ y: 1 });
  });

  test('goes on with a study as it would have without a break', async () => {
    const whole = await createStudy({ name: 'a', sampler: tpeSampler({ seed: 2 }) });
    await whole.optimize(bowl, { trials: 25 });
    const storage = journalStorage(memoryJournal());
    for (const trials of [12, 13]) {
      await (await createStudy({ name: 'a', storage, sampler: tpeSampler({ seed: 2 }), loadIfExists: true })).optimize(bowl, { trials });
    }
    const parts = await createStudy({ name: 'a', storage, loadIfExists: true });
    expect((await parts.trials()).map(({ params }) => params)).toEqual((await whole.trials()).map(({ params }) => params));
  });

  test('refuses options that cannot be', () => {
    expect(() => tpeSampler({ startupTrials: -1 })).toThrow('startupTrials is -1; it is a whole number from 0 on.');
    expect(() => tpeSampler({ candidates: 0 })).toThrow('candidates is 0; it is a whole number from 1 on.');
    expect(() => tpeSampler({ priorWeight: Number.NaN })).toThrow('priorWeight is NaN');
    expect(() => tpeSampler({ group: true, multivariate: false })).toThrow('group chooses parameters together');
  });
});
