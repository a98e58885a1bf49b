import { expect, test } from 'vitest';
import { createStudy, quasiRandomSampler, randomSampler } from '../../../../src/tuning/index.ts';
import { sobol, sobolDimensions } from '../../../../src/tuning/samplers/quasi-random/sobol.ts';

test("the first 2^k points of each of Sobol's dimensions lie in 2^k equal parts, one each", () => {
  for (let dimension = 0; dimension < sobolDimensions; dimension++) {
    for (const count of [1, 16, 256]) {
      const parts = Array.from({ length: count }, (_, i) => Math.floor(sobol(i, dimension, 1000 + dimension) * count));
      expect(new Set(parts).size, `dimension ${dimension}`).toBe(count);
    }
  }
});

test('the first two dimensions fill every box of 1/256, however it is cut', () => {
  for (const wide of [1, 4, 16, 64, 256]) {
    const boxes = Array.from(
      { length: 256 },
      (_, i) => `${Math.floor(sobol(i, 0, 7) * wide)} ${Math.floor(sobol(i, 1, 8) * (256 / wide))}`,
    );
    expect(new Set(boxes).size).toBe(256);
  }
});

test('another seed scrambles otherwise, and the mean stays', () => {
  const mean = (seed: number) => Array.from({ length: 1024 }, (_, i) => sobol(i, 5, seed)).reduce((sum, x) => sum + x, 0) / 1024;
  expect(sobol(3, 5, 1)).not.toBe(sobol(3, 5, 2));
  expect(Math.abs(mean(1) - 0.5)).toBeLessThan(1e-3);
  expect(Math.abs(mean(2) - 0.5)).toBeLessThan(1e-3);
});

test('a study covers its range more evenly than chance does, conditional parameters too', async () => {
  async function covered(sampler: ReturnType<typeof randomSampler>) {
    const study = await createStudy({ name: 'a', sampler });
    await study.optimize((trial) => (trial.suggestFloat('x', 0, 1) < 2 ? trial.suggestFloat('y', 0, 1) : 0), { trials: 65 });
    const trials = (await study.trials()).slice(1);
    return new Set(trials.map(({ params }) => `${Math.floor(8 * Number(params.x))} ${Math.floor(8 * Number(params.y))}`)).size;
  }
  expect(await covered(quasiRandomSampler())).toBeGreaterThan(60);
  expect(await covered(randomSampler())).toBeLessThan(50);
});
