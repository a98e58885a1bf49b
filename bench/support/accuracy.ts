import { join } from 'node:path';
import { useBackend } from '../../src/backend/use-backend.ts';
import { learningRateScheduler } from '../../src/callbacks/learning-rate-scheduler.ts';
import { formatPercent } from '../../src/core/format.ts';
import { createDataLoaders } from '../../src/data/create-data-loaders.ts';
import { defineDataset } from '../../src/data/define-dataset.ts';
import { readIdxImages } from '../../src/data/images/read-idx-images.ts';
import { evaluateModel } from '../../src/training/evaluate-model.ts';
import { Trainer } from '../../src/training/trainer.ts';
import { buildModel, type ModelName } from './build-model.ts';
import type { Report } from './report.ts';

const loss = 'sparseCategoricalCrossentropy';

interface Goal {
  readonly name: ModelName;
  readonly accuracy: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly optimizer: { readonly name: string; readonly learningRate: number; readonly weightDecay?: number };
}

/** Chosen by `val_loss` alone; the learning rate falls along a cosine, as in a generated project. */
const goals: readonly Goal[] = [
  { name: 'lenet5', accuracy: 0.99, batchSize: 128, epochs: 10, optimizer: { name: 'adam', learningRate: 1e-3 } },
  {
    name: 'lenet-300-100',
    accuracy: 0.982,
    batchSize: 128,
    epochs: 15,
    optimizer: { name: 'adamw', learningRate: 2e-3, weightDecay: 0.3 },
  },
];

/**
 * Trains on MNIST as a generated project does: a tenth is held back for validation, the epoch with the lowest `val_loss`
 * is kept, and the test images are read once, at the end.
 * @param only names of models  @default all
 */
export async function measureAccuracy(report: Report, only: readonly string[]): Promise<void> {
  const root = process.env.DL_DATA_DIR;
  if (!root) throw new Error('Accuracy is measured on MNIST: set DL_DATA_DIR to a folder that holds mnist/.');
  const backend = await useBackend();
  for (const { name, accuracy: target, batchSize, epochs, optimizer } of goals) {
    if (only.length > 0 && !only.includes(name)) continue;
    const settings = { name: 'mnist', batchSize, validationSplit: 0.1, folder: join(root, 'mnist') } as const;
    const data = await createDataLoaders([mnist], settings, { seed: 0 });
    const model = buildModel(name);
    const trainer = new Trainer(model, {
      epochs,
      loss,
      metrics: ['accuracy'],
      optimizer,
      monitor: 'val_loss',
      seed: 0,
      callbacks: [
        learningRateScheduler.create(learningRateScheduler.defaults, undefined),
        {
          name: 'print',
          onEpochEnd: (_, epoch, logs) =>
            console.log(`  ${name} ${epoch + 1}/${epochs}   val_accuracy ${formatPercent(logs.val_accuracy, 2)}`),
        },
      ],
    });
    await trainer.fit(data.train, data.validation);
    const { logs } = await evaluateModel(model, await data.test(), { loss, metrics: ['accuracy'] });
    report.add({ case: `${name}, MNIST, ${backend.name}`, metric: 'test accuracy, %', ours: 100 * logs.accuracy, target: 100 * target });
    model.dispose();
  }
}

const mnist = defineDataset({
  name: 'mnist',
  defaults: { folder: '' },
  async load({ folder }) {
    return { train: await readIdxImages(folder, 'train'), test: () => readIdxImages(folder, 'test') };
  },
});
