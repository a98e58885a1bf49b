/**
 * Marks the `count` values of largest magnitude with 1; of equal ones the first.
 * @returns one mark per value, cut as the values are
 */
export function markLargest(weights: readonly Float32Array[], count: number): Float32Array[] {
  const magnitudes = new Float32Array(weights.reduce((sum, values) => sum + values.length, 0));
  let at = 0;
  for (const values of weights) for (const value of values) magnitudes[at++] = Math.abs(value);
  const sorted = magnitudes.slice().sort();
  const threshold = count > 0 ? sorted[sorted.length - count] : Number.POSITIVE_INFINITY;
  let above = 0;
  for (let i = sorted.length - 1; i >= 0 && sorted[i] > threshold; i--) above++;
  let equalLeft = count - above;
  at = 0;
  return weights.map((values) =>
    values.map(() => {
      const magnitude = magnitudes[at++];
      if (magnitude > threshold) return 1;
      return magnitude === threshold && equalLeft-- > 0 ? 1 : 0;
    }),
  );
}
