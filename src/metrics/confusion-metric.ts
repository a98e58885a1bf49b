import type { Features } from '../data/features.ts';
import { classOf } from './class-of.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import type { MetricAccumulator } from './metric.ts';
import { requireTask } from './require-task.ts';

/**
 * A metric that follows from the confusion matrix. NaN before anything came, and once a prediction was NaN.
 * @param threshold see `classOf`
 */
export function confusionMetric(
  name: string,
  features: Features,
  score: (confusion: ConfusionMatrix) => number,
  threshold?: number,
): MetricAccumulator {
  requireTask(name, 'classification', features);
  const confusion = new ConfusionMatrix(features);
  return {
    update(targets, predictions, size) {
      for (let i = 0; i < size; i++) confusion.add(targets[i], classOf(predictions, i, features.outputs, threshold));
    },
    result() {
      const isEmpty = confusion.counts.every((count) => count === 0);
      return isEmpty || confusion.unanswered > 0 ? Number.NaN : score(confusion);
    },
    reset: () => confusion.reset(),
    stateDict: () => ({ counts: [...confusion.counts], unanswered: confusion.unanswered }),
    loadStateDict(state) {
      const saved = state as { counts: number[]; unanswered: number };
      confusion.counts.set(saved.counts);
      confusion.unanswered = saved.unanswered;
    },
  };
}
