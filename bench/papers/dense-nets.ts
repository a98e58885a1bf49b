import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { learningRateScheduler } from '../../src/callbacks/learning-rate-scheduler.ts';
import { lastCheckpointPath, previousCheckpointPath } from '../../src/checkpoint/checkpoint-paths.ts';
import { loadCheckpoint } from '../../src/checkpoint/load-checkpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/save-checkpoint.ts';
import { saveLastCheckpoint } from '../../src/checkpoint/save-last-checkpoint.ts';
import type { TrainingSettings } from '../../src/compression/technique.ts';
import { createDataLoaders, type DataLoaders } from '../../src/data/create-data-loaders.ts';
import { Trainer } from '../../src/training/trainer.ts';
import { buildModel, type ModelName } from '../support/build-model.ts';
import { cifarPictures, mnist } from './datasets.ts';
import { cachePath } from './kept-net.ts';
import type { DenseNet } from './paper-row.ts';

/** How a dense net is trained: chosen by validation alone. The learning rate falls along a cosine, as in a generated project. */
interface DenseSettings {
  readonly data: 'mnist' | 'cifarPictures';
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: { readonly name: string; readonly learningRate: number; readonly weightDecay?: number };
  /** @default 'sparseCategoricalCrossentropy' */
  readonly loss?: string;
}

const settings: Partial<Record<ModelName, DenseSettings>> = {
  lenet5: { data: 'mnist', batchSize: 128, epochs: 15, optimizer: { name: 'adam', learningRate: 1e-3 } },
  'lenet-300-100': { data: 'mnist', batchSize: 128, epochs: 15, optimizer: { name: 'adamw', learningRate: 2e-3, weightDecay: 0.3 } },
  'slimming-mlp': { data: 'mnist', batchSize: 128, epochs: 30, optimizer: { name: 'adamw', learningRate: 1e-3, weightDecay: 0.05 } },
  'binaryconnect-mlp': { data: 'mnist', batchSize: 100, epochs: 10, loss: 'squaredHinge', optimizer: { name: 'adam', learningRate: 1e-3 } },
  'vgg-small': { data: 'cifarPictures', batchSize: 64, epochs: 30, optimizer: { name: 'adamw', learningRate: 1e-3, weightDecay: 0.05 } },
};

/** Trains a net, or reads the one that an earlier row trained: equal seeds give equal nets. */
export async function denseNet(name: string, seed: number, log: (line: string) => void): Promise<DenseNet> {
  const chosen = settings[name as ModelName];
  if (!chosen) throw new Error(`There is no dense ${name}; add its settings to bench/papers/dense-nets.ts.`);
  const data = await loaders(chosen, seed);
  const training: TrainingSettings = {
    loss: chosen.loss ?? 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    optimizer: chosen.optimizer,
    monitor: 'val_loss',
    seed,
  };
  const path = cachePath(name, chosen, seed);
  if (!existsSync(path)) await trainAndSave(path, buildModel(name as ModelName, seed), chosen, training, data, log);
  const { model } = await loadCheckpoint(path);
  return { model, features: data.features, data, training };
}

/** Goes on where it was stopped, to the same bits. */
async function trainAndSave(
  path: string,
  model: LayersModel,
  { epochs }: DenseSettings,
  training: TrainingSettings,
  data: DataLoaders,
  log: (line: string) => void,
) {
  const unfinished = { path: (...parts: string[]) => join(`${path}.unfinished`, ...parts) };
  const trainer = new Trainer(model, {
    ...training,
    epochs,
    resumeFrom: [lastCheckpointPath(unfinished), previousCheckpointPath(unfinished)].find((file) => existsSync(file)),
    callbacks: [
      learningRateScheduler.create(learningRateScheduler.defaults, undefined),
      {
        name: 'logAndSave',
        async onEpochEnd(context, epoch, logs) {
          log(`dense, epoch ${epoch + 1} of ${epochs}: val_accuracy ${(100 * logs.val_accuracy).toFixed(2)} %`);
          const content = await context.snapshot();
          if (content) await saveLastCheckpoint(unfinished, content);
        },
      },
    ],
  });
  const logs = await trainer.fit(data.train, data.validation);
  await saveCheckpoint(path, { model, features: data.features, epoch: epochs, logs });
  await rm(unfinished.path(), { recursive: true });
  model.dispose();
}

function loaders({ data, batchSize }: DenseSettings, seed: number): Promise<DataLoaders> {
  const augmentation = data === 'cifarPictures' ? ({ flip: 'horizontal', cropPadding: 4 } as const) : undefined;
  return createDataLoaders(
    [mnist, cifarPictures],
    { name: data, batchSize, validationSplit: 0.1, ...(augmentation && { augmentation }) },
    { seed },
  );
}
