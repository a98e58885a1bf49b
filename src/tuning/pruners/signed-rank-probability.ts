import { erfc } from '../samplers/tpe/erfc.ts';

/** So many differences can be counted out; with equal or zero ones fewer. */
const countable = 50;
const countableWithTies = 13;

/**
 * How likely differences as large as these are where none is to be expected: Wilcoxon's signed-rank test (1945), one-sided, zeros split between both signs. Exact
 * for few, by the normal distribution for many, as scipy's `wilcoxon(differences, alternative='greater', zero_method='zsplit')`.
 */
export function signedRankProbability(differences: readonly number[]): number {
  const ranks = ranksOf(differences.map(Math.abs));
  const positive = differences.reduce((sum, difference, i) => sum + (difference > 0 ? ranks[i] : difference === 0 ? ranks[i] / 2 : 0), 0);
  const hasTies = new Set(ranks).size < ranks.length || differences.includes(0);
  const most = hasTies ? countableWithTies : countable;
  return differences.length <= most ? exactTail(differences, ranks, positive) : normalTail(ranks, positive);
}

/** The share of all choices of signs that have as large a sum of positive ranks. Half ranks of ties and quarters of split zeros become whole numbers. */
function exactTail(differences: readonly number[], ranks: readonly number[], positive: number): number {
  const scale = 4;
  let always = 0; // what zeros give, whatever their sign
  let ways = new Map([[0, 1]]);
  differences.forEach((difference, i) => {
    const rank = scale * ranks[i];
    if (difference === 0) {
      always += rank / 2;
      return;
    }
    const next = new Map(ways);
    for (const [sum, count] of ways) next.set(sum + rank, (next.get(sum + rank) ?? 0) + count);
    ways = next;
  });
  const zeros = differences.filter((difference) => difference === 0).length;
  let asLarge = 0;
  for (const [sum, count] of ways) if (sum + always >= scale * positive) asLarge += count;
  return asLarge / 2 ** (differences.length - zeros);
}

function normalTail(ranks: readonly number[], positive: number): number {
  const n = ranks.length;
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  const ties = [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
  return erfc((positive - (n * (n + 1)) / 4) / deviation / Math.SQRT2) / 2;
}

/** From 1 on; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
