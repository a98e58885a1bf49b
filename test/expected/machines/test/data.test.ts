import { expect, test } from 'vitest';
import { getDataLoaders } from '../src/data/index.ts';
import { config } from './small-project.ts';

test('gives batches of the shape the model is built for', async () => {
  const { train, features } = await getDataLoaders(config);
  for await (const batch of train.epoch(0)) {
    expect(batch.inputs).toHaveLength(batch.size * features.inputShape.reduce((product, length) => product * length, 1));
    expect(batch.inputs.every(Number.isFinite)).toBe(true);
    expect(batch.targets.every((label) => label >= 0 && label < features.outputs)).toBe(true);
  }
});

test('holds back the validation data, and the test data apart from both', async () => {
  const data = await getDataLoaders(config);
  const all = data.train.dataset.length;
  expect(data.train.length + (data.validation?.length ?? 0)).toBe(all);
  expect(data.validation?.length).toBeCloseTo(all * config.data.validationSplit, -1);
  expect((await data.test()).dataset).not.toBe(data.train.dataset);
});

test('gives the same batches for the same seed', async () => {
  const [once, again] = await Promise.all([firstTargets(0), firstTargets(0)]);
  expect(once).toEqual(again);
  expect(once).not.toEqual(await firstTargets(1));
});

async function firstTargets(seed: number) {
  const { train } = await getDataLoaders({ ...config, seed });
  const { value } = await train.epoch(0).next();
  return value?.targets;
}
