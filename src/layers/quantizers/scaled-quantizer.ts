import { mul } from '@tensorflow/tfjs-core';
import { meanMagnitude, type ScalePer } from './mean-magnitude.ts';
import type { Quantizer } from './quantizer.ts';

/**
 * A quantizer of -1, 0 and 1, times the mean magnitude of what does not become 0. In the gradient the scale counts as a constant.
 * With `steSign` per channel it is that of BWN (Rastegari et al., 2016), with `steTern` per layer that of TWN (Li, Zhang and Liu, 2016).
 */
export function scaledQuantizer(quantizer: Quantizer, per: ScalePer): Quantizer {
  return {
    ...quantizer,
    isForKernels: true,
    forward(x) {
      const signs = quantizer.forward(x);
      return mul(signs, meanMagnitude(x, per, signs));
    },
    gradient: (dy, x) => quantizer.gradient(mul(dy, meanMagnitude(x, per, quantizer.forward(x))), x),
  };
}
