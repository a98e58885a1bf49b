import { type RankedScores, rankingMetric } from './ranking-metric.ts';

/**
 * The area under the precision-recall curve, as average precision: the mean of the precisions at which the samples of the class are
 * found. Says more than `rocAuc` where the class is rare. 0 for a class without samples.
 */
export const prAuc = rankingMetric('prAuc', ({ positives, negatives }: RankedScores) => {
  let area = 0;
  let n = negatives.length;
  for (let p = positives.length; p > 0; ) {
    const score = positives[p - 1];
    const before = p;
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] >= score) n--;
    const found = positives.length - p;
    area += ((before - p) * found) / (found + negatives.length - n);
  }
  return positives.length === 0 ? 0 : area / positives.length;
});
