import { classOf } from './class-of.ts';
import { defineMetric } from './metric.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/** Probabilities are kept this far from 0 and 1: the distance of float32 numbers at 1, as scikit-learn has it for float32. */
const margin = 2 ** -23;

/**
 * The mean of -log(probability of the right class): what `sparseCategoricalCrossentropy` is without regularizers, class weights or
 * label smoothing, so that it can be compared between trainings that differ in these.
 */
export const logLoss = defineMetric({
  name: 'logLoss',
  defaults: {},
  create: () => ({
    name: 'logLoss',
    higherIsBetter: false,
    accumulator(features) {
      requireTask('logLoss', 'classification', features);
      const { outputs } = features;
      return sampleMean((targets, predictions, i) => {
        if (classOf(predictions, i, outputs) < 0) return Number.NaN;
        const given = outputs === 1 ? (targets[i] === 1 ? predictions[i] : 1 - predictions[i]) : predictions[i * outputs + targets[i]];
        return -Math.log(Math.min(1 - margin, Math.max(margin, given)));
      });
    },
  }),
});
