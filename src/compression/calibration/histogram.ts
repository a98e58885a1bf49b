/** How often numbers of equal parts of a range were seen, but for 0. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Float64Array;
}

/** Parts of the range: 16 for each number of 7 bits. */
const bins = 2048;

export function emptyHistogram(low: number, high: number): Histogram {
  return { low, high, counts: new Float64Array(bins) };
}

/** Counts values, all of them in the histogram's range; zeros, of which a ReLU gives many, have no say: every range holds them exactly. */
export function countValues({ low, high, counts }: Histogram, values: Float32Array): void {
  const perUnit = high > low ? bins / (high - low) : 0;
  for (const value of values) if (value !== 0) counts[Math.min(bins - 1, Math.floor((value - low) * perUnit))]++;
}

/** The middle of each part. */
export function binCentres({ low, high, counts }: Histogram): Float64Array {
  return counts.map((_, bin) => low + ((bin + 0.5) * (high - low)) / counts.length);
}
