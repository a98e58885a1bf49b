import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RandomStream } from '../../../../src/core/random.ts';
import { cmaEsSampler, createStudy, journalStorage, memoryJournal } from '../../../../src/tuning/index.ts';
import { EvolutionStrategy } from '../../../../src/tuning/samplers/cma-es/evolution-strategy.ts';
import { symmetricEigen } from '../../../../src/tuning/samplers/linear-algebra/symmetric-eigen.ts';

interface Golden {
  told: [number[], number][][];
  mean: number[];
  sigma: number;
  covariance: number[][];
}

/** Made by golden/cmaes_strategy.py. */
const golden: Golden[] = JSON.parse(readFileSync(new URL('golden/cmaes-strategy.json', import.meta.url), 'utf8'));

test.each(golden)('$mean.length dimensions become what they become in the package cmaes', ({ told, mean, sigma, covariance }) => {
  const strategy = new EvolutionStrategy(mean.length, 1 / 6);
  for (const generation of told) strategy.tell(generation.map(([point, loss]) => ({ point, loss })));
  const ours = strategy.distribution;
  expect(ours.sigma).toBeCloseTo(sigma, 9);
  ours.mean.forEach((value, i) => {
    expect(value).toBeCloseTo(mean[i], 9);
    ours.covariance[i].forEach((c, j) => {
      expect(c).toBeCloseTo(covariance[i][j], 9);
    });
  });
});

test('a symmetric matrix is what its eigenvectors and eigenvalues make of it', () => {
  const random = new RandomStream(0, 'matrix');
  const half = Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => random.normal()));
  const matrix = half.map((_, i) => half.map((_, j) => half[i][j] + half[j][i]));
  const { values, vectors } = symmetricEigen(matrix);
  const product = matrix.map((_, i) =>
    matrix.map((_, j) => values.reduce((sum, value, k) => sum + vectors[i][k] * value * vectors[j][k], 0)),
  );
  product.flat().forEach((value, i) => {
    expect(value).toBeCloseTo(matrix.flat()[i], 10);
  });
});

test('trials are kept with their generation, and a new sampler goes on with the study as the old one would have', async () => {
  const storage = journalStorage(memoryJournal());
  const open = () => createStudy({ name: 'a', storage, sampler: cmaEsSampler({ seed: 5 }), loadIfExists: true });
  const study = await open();
  await study.optimize((trial) => trial.suggestFloat('x', -5, 5) ** 2 + trial.suggestInt('n', 1, 100, { log: true }), { trials: 20 });
  for (let i = 0; i < 20; i++) {
    await (await open()).optimize((trial) => trial.suggestFloat('x', -5, 5) ** 2 + trial.suggestInt('n', 1, 100, { log: true }), {
      trials: 1,
    });
  }
  const whole = await createStudy({ name: 'b', sampler: cmaEsSampler({ seed: 5 }) });
  await whole.optimize((trial) => trial.suggestFloat('x', -5, 5) ** 2 + trial.suggestInt('n', 1, 100, { log: true }), { trials: 40 });
  const trials = await study.trials();
  expect(trials.map(({ params }) => params)).toEqual((await whole.trials()).map(({ params }) => params));
  expect(trials.map(({ systemAttributes }) => systemAttributes['cma:generation']).slice(0, 14)).toEqual([
    undefined,
    ...Array(6).fill(0),
    ...Array(6).fill(1),
    2,
  ]);
  expect((await study.bestTrial())!.value).toBeLessThan(1.2);
});

test('several objectives and impossible options are refused', () => {
  const study = { id: 0, name: 'a', directions: ['minimize', 'minimize'] as const, userAttributes: {}, systemAttributes: {}, trials: [] };
  expect(() => cmaEsSampler().sampleRelative(study, 0)).toThrow('cmaEsSampler has one objective, this study has several.');
  expect(() => cmaEsSampler({ sigma: 0 })).toThrow('sigma is 0');
  expect(() => cmaEsSampler({ populationSize: 2 })).toThrow('populationSize is 2');
});
