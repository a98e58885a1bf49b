import type { Features } from '../data/features.ts';
import { classOf } from './class-of.ts';
import type { MetricAccumulator, MetricDefinition } from './metric.ts';
import { requireTask } from './require-task.ts';

/** What was counted for one class: how often it was right, how often it was answered, how often it was the target. */
export interface ClassCounts {
  readonly right: number;
  readonly predicted: number;
  readonly actual: number;
}

/**
 * Declares a metric that is computed per class and then averaged, every class counting the same ('macro' in scikit-learn).
 * Classes that are neither target nor answer anywhere do not count; a score without any case is 0, as scikit-learn has it.
 */
export function macroAverage<const Name extends string>(
  name: Name,
  score: (counts: ClassCounts) => number,
): MetricDefinition<Name, object> {
  return {
    name,
    defaults: {},
    create: () => ({ name, higherIsBetter: true, accumulator: (features) => accumulate(name, score, features) }),
  };
}

function accumulate(name: string, score: (counts: ClassCounts) => number, features: Features): MetricAccumulator {
  requireTask(name, 'classification', features);
  const classes = Math.max(2, features.outputs);
  const right = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const actual = new Float64Array(classes);
  return {
    update(targets, predictions, size) {
      for (let i = 0; i < size; i++) {
        const answer = classOf(predictions, i, features.outputs);
        if (answer === targets[i]) right[answer]++;
        predicted[answer]++;
        actual[targets[i]]++;
      }
    },
    result() {
      let sum = 0;
      let seen = 0;
      for (let i = 0; i < classes; i++) {
        if (predicted[i] + actual[i] === 0) continue;
        sum += score({ right: right[i], predicted: predicted[i], actual: actual[i] });
        seen++;
      }
      return sum / seen;
    },
    reset() {
      for (const counts of [right, predicted, actual]) counts.fill(0);
    },
    stateDict: () => [right, predicted, actual].map((counts) => [...counts]),
    loadStateDict(state) {
      for (const [i, counts] of [right, predicted, actual].entries()) counts.set((state as number[][])[i]);
    },
  };
}
