import { z } from 'zod';
import type { Features } from '../data/features.ts';
import type { MetricAccumulator, MetricDefinition } from './metric.ts';
import { requireTask } from './require-task.ts';

/** The probabilities that were given to a class, each kind in rising order. */
export interface RankedScores {
  /** Of samples that are of the class. */
  readonly positives: Float32Array;
  /** Of all others. */
  readonly negatives: Float32Array;
}

export interface RankingOptions {
  /** `macro`: every class counts the same. `weighted`: by its number of samples. */
  average: 'macro' | 'weighted';
}

/**
 * Declares a metric of how well the probabilities of a class rank its samples above all others. Of two classes the second one is
 * ranked; of more each against the rest, averaged. It keeps every probability: 4 bytes per sample and class.
 */
export function rankingMetric<const Name extends string>(
  name: Name,
  area: (scores: RankedScores) => number,
): MetricDefinition<Name, RankingOptions> {
  return {
    name,
    defaults: { average: 'macro' },
    schema: { average: z.enum(['macro', 'weighted']) },
    create: ({ average }) => ({ name, higherIsBetter: true, accumulator: (features) => accumulate(name, area, average, features) }),
  };
}

function accumulate(
  name: string,
  area: (scores: RankedScores) => number,
  average: RankingOptions['average'],
  features: Features,
): MetricAccumulator {
  requireTask(name, 'classification', features);
  const { outputs } = features;
  let allPredictions = new Float32Array();
  let allTargets = new Float32Array();
  let count = 0;

  function ofClass(target: number, column: number): { readonly value: number; readonly samples: number } {
    const positives = new Float32Array(count);
    const negatives = new Float32Array(count);
    let samples = 0;
    for (let i = 0; i < count; i++) {
      const score = allPredictions[i * outputs + column];
      if (allTargets[i] === target) positives[samples++] = score;
      else negatives[i - samples] = score;
    }
    const scores = { positives: positives.subarray(0, samples).sort(), negatives: negatives.subarray(0, count - samples).sort() };
    return { value: area(scores), samples };
  }

  return {
    update(targets, predictions, size) {
      allPredictions = withRoom(allPredictions, (count + size) * outputs);
      allTargets = withRoom(allTargets, count + size);
      allPredictions.set(predictions.subarray(0, size * outputs), count * outputs);
      allTargets.set(targets.subarray(0, size), count);
      count += size;
    },
    result() {
      if (count === 0 || allPredictions.subarray(0, count * outputs).some(Number.isNaN)) return Number.NaN;
      if (outputs <= 2) return ofClass(1, outputs - 1).value;
      const classes = Array.from({ length: outputs }, (_, c) => ofClass(c, c));
      const weightOf = ({ samples }: { readonly samples: number }) => (average === 'macro' ? 1 : samples);
      return classes.reduce((sum, one) => sum + weightOf(one) * one.value, 0) / classes.reduce((sum, one) => sum + weightOf(one), 0);
    },
    reset() {
      count = 0;
    },
    stateDict: () => ({ predictions: allPredictions.slice(0, count * outputs), targets: allTargets.slice(0, count) }),
    loadStateDict(state) {
      const saved = state as { predictions: Float32Array; targets: Float32Array };
      allPredictions = saved.predictions.slice();
      allTargets = saved.targets.slice();
      count = saved.targets.length;
    },
  };
}

/** The same values with room for `length`, in memory that grows by doubling. */
function withRoom(values: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  if (values.length >= length) return values;
  const grown = new Float32Array(Math.max(length, 2 * values.length));
  grown.set(values);
  return grown;
}
