import { defineConfig } from 'dl-project/config';
import type { Project } from './src/project.ts';

export default defineConfig<Project>({
  name: 'tiny-project',
  data: { name: 'corners', batchSize: 16, validationSplit: 0.25 },
  model: { name: 'tiny', units: 8 },
  training: {
    epochs: 3,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    optimizer: { name: 'adam', learningRate: 0.01 },
  },
  callbacks: { csvLogger: {} },
  compression: { recipe: 'small' },
});
