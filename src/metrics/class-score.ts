import { z } from 'zod';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Features } from '../data/features.ts';
import { type ClassCounts, type ConfusionMatrix, sumCounts } from './confusion-matrix.ts';
import { confusionMetric } from './confusion-metric.ts';
import type { MetricDefinition } from './metric.ts';
import { requireTwoClasses } from './require-two-classes.ts';

/** The options of precision, recall and f1Score; scikit-learn's `average`. */
export interface ClassScoreOptions {
  /** `macro`: every class counts the same. `weighted`: by its number of samples. `micro`: all samples together. */
  average: 'macro' | 'weighted' | 'micro';
  /** Only this class, by its name in the data: `'spam'`. Empty: the average over all. */
  class: string;
  /** Of two classes: the probability that the second one must exceed to be the answer. */
  threshold: number;
}

/** A score of one class. Without any case it is 0, as scikit-learn has it. */
export type ClassScore = (counts: ClassCounts) => number;

/**
 * Declares a metric that is computed per class and then averaged.
 * Classes that are neither target nor answer anywhere do not count in the average.
 */
export function classScore<const Name extends string>(name: Name, score: ClassScore): MetricDefinition<Name, ClassScoreOptions> {
  return {
    name,
    defaults: { average: 'macro', class: '', threshold: 0.5 },
    schema: { average: z.enum(['macro', 'weighted', 'micro']), threshold: z.number().min(0).max(1) },
    create: ({ average, class: className, threshold }) => ({
      name,
      higherIsBetter: true,
      accumulator(features) {
        if (threshold !== 0.5) requireTwoClasses(`${name} with a threshold`, features);
        const only = className === '' ? undefined : classNumber(name, className, features);
        const result = (confusion: ConfusionMatrix) => {
          const counts = confusion.perClass();
          return only === undefined ? mean(counts, score, average) : score(counts[only]);
        };
        return confusionMetric(name, features, result, threshold);
      },
    }),
  };
}

function mean(counts: readonly ClassCounts[], score: ClassScore, average: ClassScoreOptions['average']): number {
  if (average === 'micro') return score(sumCounts(counts));
  const seen = counts.filter(({ predicted, actual }) => predicted + actual > 0);
  const weightOf = ({ actual }: ClassCounts) => (average === 'macro' ? 1 : actual);
  const sum = seen.reduce((total, one) => total + weightOf(one) * score(one), 0);
  return sum / seen.reduce((total, one) => total + weightOf(one), 0);
}

function classNumber(metric: string, className: string, { outputNames }: Features): number {
  const number = outputNames.indexOf(className);
  if (number >= 0) return number;
  throw new DlError(
    'config',
    `training.metrics: ${metric} asks for class ${JSON.stringify(className)}.${didYouMean(className, outputNames)} ` +
      `The data has: ${outputNames.join(', ')}.`,
  );
}
