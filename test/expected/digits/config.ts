import { defineConfig } from 'dl-project/config';
import type { Project } from './src/project.ts';

/** Every setting. For one run only: `npm run train training.epochs=3 model.name=lenet5-classic`. */
export default defineConfig<Project>({
  name: 'digits',
  seed: 0,
  data: { name: 'synthetic-digits', batchSize: 128, validationSplit: 0.1 },
  model: { name: 'lenet5', filters: [20, 50], units: 500 },
  training: {
    epochs: 6, // passes over the training images
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    optimizer: { name: 'adam', learningRate: 1e-3 },
    monitor: 'val_loss', // decides which epoch is best and when to stop
  },
  callbacks: {
    learningRateScheduler: { schedule: 'cosine' }, // the learning rate falls to 1 % until the last epoch
    earlyStopping: { patienceEpochs: 3 },
    csvLogger: {},
  },
  compression: { recipe: 'deep-compression' },
});
