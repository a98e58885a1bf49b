import { clamp } from '../number-scale.ts';
import type { KernelOptions } from './kernels.ts';

/** Where the normal kernels of a number stand and how wide they are; the last one is the prior. */
export interface KernelWidths {
  readonly centers: Float64Array;
  readonly widths: Float64Array;
}

/**
 * A kernel reaches to the further of its neighbours (Bergstra et al. 2011); the outermost ones to their only neighbour, or to
 * the end of the range with `endpoints`. `magicClip` keeps few kernels from being narrow. The prior covers the range.
 */
export function kernelWidths(observed: Float64Array, low: number, high: number, { magicClip, endpoints }: KernelOptions): KernelWidths {
  const count = observed.length;
  const range = high - low;
  const narrowest = magicClip ? range / Math.min(100, count + 2) : 1e-12;
  const sorted = observed.toSorted();
  const rankOf = ranks(observed, sorted);
  const centers = new Float64Array(count + 1).fill((low + high) / 2);
  centers.set(observed);
  const widths = new Float64Array(count + 1).fill(range);
  for (let i = 0; i < count; i++) {
    const rank = rankOf[i];
    const [isFirst, isLast] = [rank === 0, rank === count - 1];
    let left = observed[i] - (isFirst ? low : sorted[rank - 1]);
    let right = (isLast ? high : sorted[rank + 1]) - observed[i];
    if (!endpoints && count > 1) {
      if (isFirst) left = right;
      if (isLast) right = left;
    }
    widths[i] = clamp(Math.max(left, right), narrowest, range);
  }
  return { centers, widths };
}

/** The place of each value in sorted order; of equal ones the earlier comes first. */
function ranks(values: Float64Array, sorted: Float64Array): Uint32Array {
  const placed = new Uint32Array(values.length);
  return new Uint32Array(values.length).map((_, i) => {
    let [first, end] = [0, sorted.length];
    while (first < end) {
      const middle = (first + end) >>> 1;
      if (sorted[middle] < values[i]) first = middle + 1;
      else end = middle;
    }
    return first + placed[first]++;
  });
}
