import type { ConfigOf } from '../../src/config/config-types.ts';
import type { Part } from '../../src/config/part.ts';
import { defineStudy } from '../../src/tuning/define-study.ts';
import { gridSearch } from '../../src/tuning/grid-search.ts';
import { choice, float, int, logFloat, space } from '../../src/tuning/space.ts';

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

defineStudy<Config>({
  space: space<Config>({
    'training.optimizer.name': choice(['adam', 'sgd']),
    'training.optimizer.learningRate': logFloat(1e-4, 1e-1),
    'training.optimizer.momentum': float(0, 0.95),
    'data.batchSize': int(16, 256),
  })
    .when('training.optimizer.momentum', 'training.optimizer.name', 'sgd')
    .forbid((settings) => settings['data.batchSize'] === 256),
  scoring: 'val_accuracy',
  maxTrials: 3,
});
// @ts-expect-error a range for a setting that is no number
space<Config>({ 'model.name': int(1, 2) });
// @ts-expect-error a misspelt key
space<Config>({ 'data.batchsize': [64] });
// @ts-expect-error a value that the other setting does not have
space<Config>({ 'model.name': ['mlp'] }).when('model.name', 'model.name', 'lenet');
// @ts-expect-error a setting that is not there
space<Config>({ seed: [1] }).forbid((settings) => settings['data.batchsize'] === 1);
