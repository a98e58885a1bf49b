import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/core/random.ts';
import { createStudy, gpSampler } from '../../../../src/tuning/index.ts';
import { acquisition } from '../../../../src/tuning/samplers/gp/acquisition.ts';
import { fitProcess } from '../../../../src/tuning/samplers/gp/fit-process.ts';
import { GaussianProcess } from '../../../../src/tuning/samplers/gp/gaussian-process.ts';
import { logExpectedImprovement } from '../../../../src/tuning/samplers/gp/log-expected-improvement.ts';
import { minimize } from '../../../../src/tuning/samplers/linear-algebra/minimize.ts';

interface Golden {
  points: number[][];
  values: number[];
  lengths: number[];
  scale: number;
  noise: number;
  asked: number[][];
  mean: number[];
  deviation: number[];
  logLikelihood: number;
}

/** Made by golden/scikit_learn_process.py. */
const golden: Golden[] = JSON.parse(readFileSync(new URL('golden/scikit-learn-process.json', import.meta.url), 'utf8'));

function processOf({ points, values, lengths, scale, noise }: Pick<Golden, 'points' | 'values' | 'lengths' | 'scale' | 'noise'>) {
  const observations = {
    points: points.map((point) => Float64Array.from(point)),
    values: Float64Array.from(values),
    isChoice: lengths.map(() => false),
  };
  return GaussianProcess.of(observations, { inverseSquaredLengths: Float64Array.from(lengths, (length) => length ** -2), scale, noise })!;
}

describe('the process', () => {
  test.each(golden)('of $points.length points predicts what the one of scikit-learn predicts', (one) => {
    const process = processOf(one);
    const constant = (one.points.length / 2) * Math.log(2 * Math.PI);
    expect(process.logLikelihood() - constant).toBeCloseTo(one.logLikelihood, 8);
    for (const [i, point] of one.asked.entries()) {
      const { mean, deviation } = process.posterior(Float64Array.from(point));
      expect(mean).toBeCloseTo(one.mean[i], 8);
      expect(deviation).toBeCloseTo(one.deviation[i], 6);
    }
  });

  test('has the gradient of its likelihood', () => {
    const one = golden[2];
    const at = (logs: number[]) =>
      processOf({
        ...one,
        lengths: logs.slice(0, 3).map((log) => Math.exp(log) ** -0.5),
        scale: Math.exp(logs[3]),
        noise: Math.exp(logs[4]),
      });
    const logs = [0.5, 1, -0.3, 0.2, -3];
    expectGradient((x) => at([...x]).logLikelihood(), logs, at(logs).logLikelihoodGradient());
  });

  test('fitted to a function of one side knows that the other does not matter', () => {
    const random = new RandomStream(0, 'points');
    const points = Array.from({ length: 40 }, () => Float64Array.of(random.uniform(), random.uniform()));
    const values = Float64Array.from(points, ([x]) => Math.sin(6 * x));
    const { inverseSquaredLengths, noise } = fitProcess({ points, values, isChoice: [false, false] }).parameters;
    expect(inverseSquaredLengths[0]).toBeGreaterThan(10 * inverseSquaredLengths[1]);
    expect(noise).toBeLessThan(1e-2);
  });
});

test('the acquisition has its gradient, with limits too', () => {
  const [process, limit] = [processOf(golden[2]), processOf({ ...golden[2], values: golden[2].values.map((value) => -value) })];
  for (const best of [0.5, 3, undefined]) {
    const { value, withGradient } = acquisition(process, best, [{ process: limit, threshold: 0.2 }]);
    const point = [0.3, 0.6, 0.2];
    expectGradient((x) => value(x), point, withGradient(Float64Array.from(point)).gradient);
  }
});

test.each([-60, -30, -25.001, -24.999, -8, -1, 0, 2, 4.999, 5.001, 9])('the expected improvement at %d, and its slope', (z) => {
  // Its integral over x > 0 of x p(x - z), scaled by p(z) so that it does not vanish.
  const step = 1e-3 / Math.max(1, Math.abs(z));
  let integral = 0;
  for (let x = step / 2; x < 12 / Math.max(1, Math.abs(z) / 3) + Math.max(0, 2 * z); x += step)
    integral += step * x * Math.exp(x * z - (x * x) / 2);
  const expected = Math.log(integral) - (z * z) / 2 - 0.5 * Math.log(2 * Math.PI);
  const { value, slope } = logExpectedImprovement(z);
  expect(Math.abs(value - expected)).toBeLessThan(1e-5);
  const nudge = 1e-6;
  const difference = (logExpectedImprovement(z + nudge).value - logExpectedImprovement(z - nudge).value) / (2 * nudge);
  if (Math.abs(Math.abs(z) - 25) > 0.01) expect(Math.abs(slope / difference - 1)).toBeLessThan(1e-4);
});

test('goes downhill to the minimum, and along the side of a box where it lies outside', () => {
  const rosenbrock = ([x, y]: Float64Array) => ({
    value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
  });
  const free = minimize(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-8 });
  expect(free.x[0]).toBeCloseTo(1, 5);
  const boxed = minimize(rosenbrock, Float64Array.of(0.1, 0.1), { low: 0, high: [0.5, 2], tolerance: 1e-8 });
  expect(boxed.x[0]).toBe(0.5);
  expect(boxed.x[1]).toBeCloseTo(0.25, 5);
});

describe('the sampler', () => {
  test('finds the bottom of a bowl among choices and whole numbers in 30 trials', async () => {
    const study = await createStudy({ name: 'bowl', sampler: gpSampler({ seed: 1 }) });
    await study.optimize(
      (trial) => {
        const x = trial.suggestFloat('x', -5, 5);
        const n = trial.suggestInt('n', 1, 40);
        const cost = { a: 1, b: 0, c: 2 }[trial.suggestCategorical('kind', ['a', 'b', 'c'])];
        return (x - 1) ** 2 + (n - 30) ** 2 / 50 + cost;
      },
      { trials: 30 },
    );
    expect((await study.bestTrial())!.value).toBeLessThan(0.2);
    expect((await study.bestTrial())!.params.kind).toBe('b');
  });

  test('does not try again what others are trying', async () => {
    const study = await createStudy({ name: 'crowd', sampler: gpSampler({ seed: 1 }) });
    await study.optimize((trial) => (trial.suggestFloat('x', 0, 1) - 0.3) ** 2, { trials: 15 });
    const x = (await study.ask())!.suggestFloat('x', 0, 1);
    const next = (await study.ask())!.suggestFloat('x', 0, 1);
    expect(Math.abs(next - x)).toBeGreaterThan(1e-4);
  });

  test('several objectives are refused', () => {
    const study = { id: 0, name: 'a', directions: ['minimize', 'minimize'] as const, userAttributes: {}, systemAttributes: {}, trials: [] };
    expect(() => gpSampler().sampleRelative(study, 0)).toThrow('gpSampler has one objective, this study has several.');
  });
});

function expectGradient(f: (x: Float64Array) => number, point: readonly number[], gradient: Float64Array): void {
  for (const k of point.keys()) {
    const at = (change: number) => f(Float64Array.from(point, (x, i) => (i === k ? x + change : x)));
    const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
    expect(Math.abs(gradient[k] - difference)).toBeLessThan(1e-4 * Math.max(1, Math.abs(difference)));
  }
}
