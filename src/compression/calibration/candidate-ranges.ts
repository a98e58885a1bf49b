import type { ValueRange } from './calibration-method.ts';

/** Ranges to choose from: the whole one, and shares of it down to 10 %, each with 0 inside. */
export function candidateRanges({ low, high }: ValueRange): ValueRange[] {
  return Array.from({ length: 91 }, (_, i) => ({ low: Math.min(0, low) * (1 - i / 100), high: Math.max(0, high) * (1 - i / 100) }));
}
