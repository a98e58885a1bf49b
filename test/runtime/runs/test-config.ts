import type { AnyConfig } from '../../../src/config/config-types.ts';

/** A resolved config for tests of runs. */
export const testConfig = {
  name: 'test',
  seed: 7,
  data: { name: 'digits', batchSize: 32, validationSplit: 0.1 },
  model: { name: 'lenet5' },
  training: { epochs: 3, loss: { name: 'mse' }, metrics: [{ name: 'accuracy' }], optimizer: { name: 'adam' }, monitor: 'val_loss' },
  callbacks: {},
  compression: { recipe: '' },
} satisfies AnyConfig;
