import type { ConfigInput, ConfigKey, ConfigOf, ConfigValue } from '../../src/config/config-types.ts';
import type { Part } from '../../src/config/part.ts';

interface P {
  datasets: readonly [Part<'digits', { noise: number }>, Part<'idx', { folder: string }>];
  models: readonly [Part<'lenet5', { filters: number[]; units: number }>, Part<'mlp', { hidden: number[] }>];
  losses: readonly [Part<'mse', object>];
  metrics: readonly [Part<'accuracy', object>, Part<'topK', { k: number }>];
  optimizers: readonly [Part<'adam', { learningRate: number }>, Part<'sgd', { learningRate: number; momentum: number }>];
  callbacks: readonly [Part<'earlyStopping', { patienceEpochs: number }>, Part<'csvLogger', { separator: string }>];
}
export const ok: ConfigInput<P> = {
  name: 'x',
  data: { name: 'digits', batchSize: 3 },
  model: { name: 'lenet5', filters: [1, 2] },
  training: {
    epochs: 3,
    loss: 'mse',
    metrics: ['accuracy', { name: 'topK', k: 3 }],
    optimizer: { name: 'adam', learningRate: 1e-3 },
    monitor: 'val_accuracy',
  },
  callbacks: { earlyStopping: { patienceEpochs: 3 }, csvLogger: {} },
};
export const wrongModel: ConfigInput<P> = {
  name: 'x',
  data: { name: 'digits' },
  // @ts-expect-error a misspelt option
  model: { name: 'lenet5', filter: [1, 2] },
  // @ts-expect-error a misspelt name
  training: { epochs: 3, loss: 'msee', optimizer: 'adam' },
};
type K = ConfigKey<ConfigOf<P>>;
export const k: K[] = [
  'training.optimizer.learningRate',
  'training.optimizer.momentum',
  'data.batchSize',
  'model.units',
  'model.hidden',
  'callbacks.earlyStopping.patienceEpochs',
];
// @ts-expect-error not a key
export const wrong: K = 'training.epoch';
export const v: ConfigValue<ConfigOf<P>, 'model.units'> = 3;
// @ts-expect-error not a number
export const w: ConfigValue<ConfigOf<P>, 'model.units'> = 'a';
export function f<S extends { [Key in K]?: readonly ConfigValue<ConfigOf<P>, Key>[] }>(s: S) {
  return s;
}
export const space: { [Key in K]?: readonly ConfigValue<ConfigOf<P>, Key>[] } = {
  'training.optimizer.learningRate': [1e-3],
  'data.batchSize': [1, 2],
};
