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
  const order = Uint32Array.from(observed.keys()).sort((a, b) => observed[a] - observed[b] || a - b);
  const centers = Float64Array.of(...observed, (low + high) / 2);
  const widths = new Float64Array(count + 1).fill(range);
  for (let i = 0; i < count; i++) {
    const center = observed[order[i]];
    const [before, after] = [i > 0, i < count - 1];
    let left = center - (before ? observed[order[i - 1]] : low);
    let right = (after ? observed[order[i + 1]] : high) - center;
    if (!endpoints && count > 1) {
      if (!before) left = right;
      if (!after) right = left;
    }
    widths[order[i]] = clamp(Math.max(left, right), narrowest, range);
  }
  return { centers, widths };
}
