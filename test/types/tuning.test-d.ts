import type { ConfigOf } from '../../src/config/config-types.ts';
import type { Part } from '../../src/config/part.ts';
import { gridSearch } from '../../src/tuning/grid-search.ts';

interface P {
  datasets: readonly [Part<'digits', { noise: number }>];
  models: readonly [Part<'lenet5', { filters: number[]; units: number }>, Part<'mlp', { hidden: number[] }>];
  losses: readonly [Part<'mse', object>];
  metrics: readonly [Part<'accuracy', object>];
  optimizers: readonly [Part<'adam', { learningRate: number }>, Part<'sgd', { learningRate: number; momentum: number }>];
  callbacks: readonly [Part<'earlyStopping', { patienceEpochs: number }>];
}
type Config = ConfigOf<P>;

gridSearch<Config>({
  space: {
    'training.optimizer.learningRate': [1e-3],
    'training.optimizer.momentum': [0.9],
    'data.batchSize': [64, 128],
    'model.name': ['lenet5', 'mlp'],
    'model.hidden': [[128], [128, 64]],
    'callbacks.earlyStopping.patienceEpochs': [3],
    seed: [0, 1],
  },
  scoring: 'val_accuracy',
  direction: 'maximize',
});
// @ts-expect-error a misspelt key
gridSearch<Config>({ space: { 'training.optimizer.learningrate': [1e-3] }, scoring: 'val_accuracy' });
// @ts-expect-error a value of the wrong type
gridSearch<Config>({ space: { 'data.batchSize': ['64'] }, scoring: 'val_accuracy' });
// @ts-expect-error a name that is in no list
gridSearch<Config>({ space: { 'model.name': ['lenet'] }, scoring: 'val_accuracy' });
// @ts-expect-error not a log key
gridSearch<Config>({ space: { 'data.batchSize': [64] }, scoring: 'accurracy' });
