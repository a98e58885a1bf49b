/** ` Did you mean X?` for the candidate that differs in the fewest letters, if that are at most a third of them; else nothing. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string {
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase().slice(0, 40), candidate) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? ` Did you mean ${prefix}${best.candidate}?` : '';
}

/** Letters to add, drop, exchange, or swap with the next one (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast[j - 2] + 1 : Number.POSITIVE_INFINITY;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swapped);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
