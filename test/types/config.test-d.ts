import type { ConfigInput, ConfigKey, ConfigOf, ConfigValue, ExperimentInput } from '../../src/config/config-types.ts';
import type { Part } from '../../src/config/part.ts';

interface P {
  datasets: readonly [Part<'digits', { noise: number }>, Part<'idx', { folder: string }>];
  models: readonly [Part<'lenet5', { filters: number[]; units: number }>, Part<'mlp', { hidden: number[] }>];
  losses: readonly [Part<'mse', object>, Part<'huber', { delta: number }>, Part<'hinge', Record<never, never>>];
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
export const experiments: ExperimentInput<P>[] = [
  {},
  { data: { noise: 0.1 }, training: { epochs: 1 } },
  { data: { folder: 'x', batchSize: 3 }, model: { units: 3 } },
  { model: { name: 'mlp', hidden: [3] }, training: { optimizer: { learningRate: 1 }, metrics: [{ name: 'topK', k: 3 }] } },
  { training: { loss: 'mse', optimizer: 'sgd', monitor: 'val_topK' }, callbacks: { earlyStopping: false, csvLogger: {} } },
];
// @ts-expect-error a misspelt option of no model
export const experimentOption: ExperimentInput<P> = { model: { unit: 3 } };
// @ts-expect-error an option of another model
export const experimentOther: ExperimentInput<P> = { model: { name: 'mlp', units: 3 } };
// @ts-expect-error a misspelt name
export const experimentName: ExperimentInput<P> = { training: { optimizer: 'adm' } };
// @ts-expect-error a misspelt name
export const experimentLoss: ExperimentInput<P> = { training: { loss: 'mes' } };
// @ts-expect-error a misspelt option
export const experimentLossOption: ExperimentInput<P> = { training: { loss: { delt: 1 } } };
// @ts-expect-error a misspelt key
export const experimentKey: ExperimentInput<P> = { training: { epoch: 3 } };
// @ts-expect-error a value of the wrong type
export const experimentType: ExperimentInput<P> = { data: { batchSize: '3' } };
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
