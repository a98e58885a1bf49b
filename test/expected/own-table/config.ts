import { defineConfig } from 'dl-project/config';
import type { Project } from './src/project.ts';

/** Every setting. For one run only: `yarn train training.epochs=3 data.batchSize=16`. */
export default defineConfig<Project>({
  name: 'own-table',
  seed: 0,
  data: { name: 'csv', file: 'dataset/table.csv', target: 'target', task: 'regression', batchSize: 32, validationSplit: 0.1 },
  model: { name: 'mlp', hidden: [128, 64], activation: 'relu', kernelInitializer: 'glorotNormal', dropout: 0, maxNorm: 0 },
  training: {
    epochs: 100, // passes over the training rows
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError'],
    optimizer: { name: 'adam', learningRate: 1e-3 },
    monitor: 'val_loss', // decides which epoch is best and when to stop
  },
  callbacks: {
    learningRateScheduler: { schedule: 'cosine' }, // the learning rate falls to 1 % until the last epoch
    earlyStopping: { patienceEpochs: 10 },
    csvLogger: {},
  },
  compression: { recipe: 'deep-compression' },
});
