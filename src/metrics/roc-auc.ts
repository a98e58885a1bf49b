import { type RankedScores, rankingMetric } from './ranking-metric.ts';

/**
 * The area under the ROC curve: how often a sample of the class gets a higher probability than one of another; of equal ones half count.
 * NaN where a class has no samples, or has all.
 */
export const rocAuc = rankingMetric('rocAuc', ({ positives, negatives }: RankedScores) => {
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below] < score) below++;
    upTo = Math.max(upTo, below);
    while (upTo < negatives.length && negatives[upTo] <= score) upTo++;
    wins += below + (upTo - below) / 2;
  }
  return wins / (positives.length * negatives.length);
});
