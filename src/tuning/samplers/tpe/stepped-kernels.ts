import type { NumberDistribution } from '../../distribution.ts';
import { numberScale, stepOf } from '../number-scale.ts';
import { kernelWidths } from './kernel-widths.ts';
import type { KernelOptions, Kernels } from './kernels.ts';
import { logProbabilityBetween, truncatedNormalQuantile } from './normal-distribution.ts';

/** Kernels of a number with steps: each value has the probability of the half step around it. */
export function steppedKernels(distribution: NumberDistribution, observed: Float64Array, options: KernelOptions): Kernels {
  const { low, high, encode, decode } = numberScale(distribution);
  const half = stepOf(distribution) / 2;
  const { centers, widths } = kernelWidths(observed.map(encode), low, high, options);
  const { distinct, kindOf } = distinctKernels(centers, widths);
  const logMasses = distinct.map((k) => logProbabilityBetween((low - centers[k]) / widths[k], (high - centers[k]) / widths[k]));

  /** Of each distinct kernel. */
  function logDensitiesAt(point: number): Float64Array {
    const [left, right] = [encode(point - half), encode(point + half)];
    return Float64Array.from(distinct, (k, kind) => {
      return logProbabilityBetween((left - centers[k]) / widths[k], (right - centers[k]) / widths[k]) - logMasses[kind];
    });
  }

  return {
    addLogDensities(points, table) {
      const known = new Map<number, Float64Array>();
      points.forEach((point, row) => {
        const logDensities = known.get(point) ?? logDensitiesAt(point);
        known.set(point, logDensities);
        const start = row * kindOf.length;
        for (let k = 0; k < kindOf.length; k++) table[start + k] += logDensities[kindOf[k]];
      });
    },
    draw(kernel, random) {
      const [center, width] = [centers[kernel], widths[kernel]];
      const position = truncatedNormalQuantile(random.uniform(), (low - center) / width, (high - center) / width);
      return decode(center + width * position);
    },
  };
}

/** Values with steps are often equal, and so are their kernels: the first of each kind, and the kind of each. */
function distinctKernels(centers: Float64Array, widths: Float64Array): { distinct: number[]; kindOf: Uint32Array } {
  const distinct: number[] = [];
  const kinds = new Map<number, Map<number, number>>();
  const kindOf = new Uint32Array(centers.length).map((_, k) => {
    const center = centers[k];
    const ofCenter = kinds.get(center) ?? new Map<number, number>();
    kinds.set(center, ofCenter);
    let kind = ofCenter.get(widths[k]);
    if (kind === undefined) {
      kind = distinct.push(k) - 1;
      ofCenter.set(widths[k], kind);
    }
    return kind;
  });
  return { distinct, kindOf };
}
