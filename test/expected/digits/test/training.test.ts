import { Trainer } from 'dl-project/training';
import { expect, test } from 'vitest';
import { getDataLoaders } from '../src/data/index.ts';
import { project } from '../src/project.ts';
import { config } from './small-project.ts';

// The first thing to look at when a network does not learn: can it learn a few samples by heart?
test('learns one batch by heart', async () => {
  const data = await getDataLoaders(config);
  const model = project.createModel(config.model, data.features, config.seed);
  const trainer = new Trainer(model, {
    ...config.training,
    epochs: 40,
    overfitBatches: 1,
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    seed: config.seed,
  });
  const logs = await trainer.fit(data.train);
  expect(logs.accuracy).toBe(1);
});
