import type { ConfusionMatrix } from './confusion-matrix.ts';
import { confusionMetric } from './confusion-metric.ts';
import { defineMetric } from './metric.ts';

/**
 * The correlation of answers and targets (Matthews, 1975; for several classes Gorodkin, 2004): 1 is perfect, 0 is chance, -1 always wrong.
 * 0 where all answers or all targets are of one class.
 */
export const matthewsCorrelation = defineMetric({
  name: 'matthewsCorrelation',
  defaults: {},
  create: () => ({
    name: 'matthewsCorrelation',
    higherIsBetter: true,
    accumulator: (features) => confusionMetric('matthewsCorrelation', features, correlation),
  }),
});

function correlation(confusion: ConfusionMatrix): number {
  const counts = confusion.perClass();
  const samples = counts.reduce((sum, { actual }) => sum + actual, 0);
  let covariance = 0;
  let ofAnswers = samples ** 2;
  let ofTargets = samples ** 2;
  for (const { right, predicted, actual } of counts) {
    covariance += right * samples - predicted * actual;
    ofAnswers -= predicted ** 2;
    ofTargets -= actual ** 2;
  }
  return ofAnswers * ofTargets === 0 ? 0 : covariance / Math.sqrt(ofAnswers * ofTargets);
}
