import { type Tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { getDataLoaders } from '../src/data/index.ts';
import { project } from '../src/project.ts';
import { config, dataIsThere } from './small-project.ts';

test.skipIf(!dataIsThere)('gives one number for each sample', async () => {
  const { features } = await getDataLoaders(config);
  const model = project.createModel(config.model, features, config.seed);
  const outputs = model.predict(zeros([3, ...features.inputShape])) as Tensor;
  expect(outputs.shape).toEqual([3, features.outputs]);
});

test.skipIf(!dataIsThere)('draws the same weights for the same seed', async () => {
  const { features } = await getDataLoaders(config);
  const [once, again, other] = [0, 0, 1].map((seed) => project.createModel(config.model, features, seed).getWeights()[0].dataSync());
  expect(once).toEqual(again);
  expect(once).not.toEqual(other);
});
