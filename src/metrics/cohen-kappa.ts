import { z } from 'zod';
import type { ConfusionMatrix } from './confusion-matrix.ts';
import { confusionMetric } from './confusion-metric.ts';
import { defineMetric } from './metric.ts';

type Weights = 'none' | 'linear' | 'quadratic';

/**
 * How much better the answers agree with the targets than chance would have it (Cohen, 1960): 1 is perfect, 0 is chance.
 * `weights` lets mistakes between far classes count more, where the classes have an order. NaN where only one class occurs.
 */
export const cohenKappa = defineMetric({
  name: 'cohenKappa',
  defaults: { weights: 'none' as Weights },
  schema: { weights: z.enum(['none', 'linear', 'quadratic']) },
  create: ({ weights }) => ({
    name: 'cohenKappa',
    higherIsBetter: true,
    accumulator: (features) => confusionMetric('cohenKappa', features, (confusion) => kappa(confusion, weights)),
  }),
});

function kappa(confusion: ConfusionMatrix, weights: Weights): number {
  const counts = confusion.perClass();
  const samples = counts.reduce((sum, { actual }) => sum + actual, 0);
  // Classes that do not occur are not counted as steps between the others, as in scikit-learn.
  const seen = counts.map((_, c) => c).filter((c) => counts[c].actual + counts[c].predicted > 0);
  let observed = 0;
  let expected = 0;
  seen.forEach((actual, i) => {
    seen.forEach((predicted, j) => {
      const weight = distance(i, j, weights);
      observed += weight * confusion.at(actual, predicted);
      expected += (weight * counts[actual].actual * counts[predicted].predicted) / samples;
    });
  });
  return 1 - observed / expected;
}

function distance(i: number, j: number, weights: Weights): number {
  if (weights === 'none') return i === j ? 0 : 1;
  return weights === 'linear' ? Math.abs(i - j) : (i - j) ** 2;
}
