import type { NumberDistribution } from '../../distribution.ts';
import { numberScale } from '../number-scale.ts';
import { kernelWidths } from './kernel-widths.ts';
import type { KernelOptions, Kernels } from './kernels.ts';
import { logProbabilityBetween, logRootTwoPi, truncatedNormalQuantile } from './normal-distribution.ts';

/** Kernels of a number without steps: normal distributions cut to its range; over the logarithm where it is logarithmic. */
export function normalKernels(distribution: NumberDistribution, observed: Float64Array, options: KernelOptions): Kernels {
  const { low, high, encode, decode } = numberScale(distribution);
  const { centers, widths } = kernelWidths(observed.map(encode), low, high, options);
  const kernels = centers.length;
  const logScales = centers.map(
    (center, k) => -logProbabilityBetween((low - center) / widths[k], (high - center) / widths[k]) - Math.log(widths[k]) - logRootTwoPi,
  );
  return {
    addLogDensities(points, table) {
      for (let row = 0; row < points.length; row++) {
        const position = encode(points[row]);
        const start = row * kernels;
        for (let k = 0; k < kernels; k++) {
          const distance = (position - centers[k]) / widths[k];
          table[start + k] += logScales[k] - 0.5 * distance * distance;
        }
      }
    },
    draw(kernel, random) {
      const [center, width] = [centers[kernel], widths[kernel]];
      const position = truncatedNormalQuantile(random.uniform(), (low - center) / width, (high - center) / width);
      return decode(center + width * position);
    },
  };
}
