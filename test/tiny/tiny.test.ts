import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { useBackend } from '../../src/backend/index.ts';
import { packModel } from '../../src/compression/index.ts';
import { createDataLoaders, defineDataset, drawDigits, sampleAt } from '../../src/data/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { createModel, mlp } from '../../src/models/index.ts';
import { predictOne, Trainer } from '../../src/training/index.ts';
import { appInput, templates } from '../generators/app-input.ts';

// The smallest way through everything, in seconds: run it before each commit (`npm test -- test/tiny`).

const digits = defineDataset({
  name: 'few-digits',
  defaults: {},
  load: () => ({ train: drawDigits({ count: 256, seed: 1 }), test: async () => drawDigits({ count: 16, seed: 2 }) }),
});

test('plans a project without touching the disk', () => {
  const files = new Map(planProject(appInput(), templates));
  expect([...files.keys()]).toEqual(expect.arrayContaining(['config.ts', 'package.json', 'src/train.ts', '.dl-project/manifest.json']));
});

test('draws data, trains, packs, and predicts the same in the engine', async () => {
  await useBackend();
  const before = memory().numTensors;
  const data = await createDataLoaders([digits], { name: 'few-digits', batchSize: 32, validationSplit: 0.25 }, { seed: 0 });
  const model = createModel(mlp, mlp.defaults, data.features, 0);
  const options = { epochs: 3, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], optimizer: 'adam' };
  const logs = await new Trainer(model, options).fit(data.train, data.validation);
  expect(logs.val_accuracy).toBeGreaterThan(0.2); // ten classes: twice as good as guessing

  const sample = await sampleAt(await data.test(), 0);
  const expected = predictOne(model, sample.inputs, data.features);
  const engine = await loadModel(await packModel(model, { features: data.features }));
  const pixels = sample.raw.kind === 'image' ? sample.raw.pixels : [];
  const [answer] = await engine.predict([pixels]);
  if (expected.task !== 'classification' || !('label' in answer)) throw new Error('the digits are classes');
  expect(answer.label).toBe(expected.classes[0].label);
  expect(answer.probability).toBeCloseTo(expected.classes[0].probability, 5);

  model.dispose();
  expect(memory().numTensors).toBe(before);
});
