import { defineMetric } from './metric.ts';
import { rawValues } from './raw-values.ts';
import { requireTask } from './require-task.ts';
import { sampleMean } from './sample-mean.ts';

/** The cosine of the angle between the outputs and the targets of a sample, in raw units; mean over the samples. 0 where one of them is all 0. */
export const cosineSimilarity = defineMetric({
  name: 'cosineSimilarity',
  defaults: {},
  create: () => ({
    name: 'cosineSimilarity',
    higherIsBetter: true,
    accumulator(features) {
      requireTask('cosineSimilarity', 'regression', features);
      const { outputs } = features;
      const raw = rawValues(features);
      return sampleMean((targets, predictions, i) => {
        let product = 0;
        let targetSquares = 0;
        let predictionSquares = 0;
        for (let at = i * outputs; at < (i + 1) * outputs; at++) {
          const target = raw(targets[at]);
          const prediction = raw(predictions[at]);
          product += target * prediction;
          targetSquares += target ** 2;
          predictionSquares += prediction ** 2;
        }
        const lengths = Math.sqrt(targetSquares) * Math.sqrt(predictionSquares);
        return lengths === 0 ? 0 : product / lengths;
      });
    },
  }),
});
