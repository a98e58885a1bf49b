import { confusionMetric } from './confusion-metric.ts';
import { defineMetric } from './metric.ts';
import { recallOf } from './recall.ts';

/** The mean over the classes of the share of their samples that is right: a large class counts no more than a small one. */
export const balancedAccuracy = defineMetric({
  name: 'balancedAccuracy',
  defaults: {
    /** Moves it so that guessing is 0 and perfect answers are 1. */
    adjusted: false,
  },
  create: ({ adjusted }) => ({
    name: 'balancedAccuracy',
    higherIsBetter: true,
    accumulator: (features) =>
      confusionMetric('balancedAccuracy', features, (confusion) => {
        const present = confusion.perClass().filter(({ actual }) => actual > 0);
        const mean = present.reduce((sum, counts) => sum + recallOf(counts), 0) / present.length;
        const guessing = 1 / present.length;
        return adjusted ? (mean - guessing) / (1 - guessing) : mean;
      }),
  }),
});
