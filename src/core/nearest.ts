/**
 * The candidate that is most likely meant by `word`, or undefined where none is near.
 * Near: at most a third of the letters differ (Damerau-Levenshtein distance, optimal string alignment), case ignored;
 * or `mostDiffering` of them; for a dotted key an equal last part counts as near too (`epochs` is near `training.epochs`).
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  mostDiffering = Math.max(1, Math.floor(word.length / 3)),
): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceTo(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best !== undefined && bestDistance <= Math.min(mostDiffering, word.length - 1) ? best : undefined;
}

/** ` Did you mean X?` or an empty string, to be put behind an error message. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : ` Did you mean ${found}?`;
}

function distanceTo(wanted: string, candidate: string): number {
  const whole = editDistance(wanted, candidate);
  if (!candidate.includes('.') || wanted.includes('.')) return whole;
  return Math.min(whole, editDistance(wanted, candidate.slice(candidate.lastIndexOf('.') + 1)));
}

function editDistance(a: string, b: string): number {
  if (a.length > 200 || b.length > 200) return a === b ? 0 : Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast[j - 2] + 1 : Number.POSITIVE_INFINITY;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swap);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
