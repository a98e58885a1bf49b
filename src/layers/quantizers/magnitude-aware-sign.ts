import { mul } from '@tensorflow/tfjs-core';
import { meanMagnitude } from './mean-magnitude.ts';
import type { Quantizer } from './quantizer.ts';
import { signs, withinOne } from './signs.ts';

/**
 * The sign times the mean magnitude of the output channel, the last axis: kernels only (Rastegari et al., "XNOR-Net", 2016; as a
 * quantizer Liu et al., "Bi-Real Net", 2018). The gradient is `steSign`'s times that mean, which counts as a constant.
 */
export const magnitudeAwareSign: Quantizer = {
  name: 'magnitudeAwareSign',
  bits: 1,
  forward: (x) => mul(signs(x), meanMagnitude(x, 'channel')),
  gradient: (dy, x) => [mul(withinOne(dy, x), meanMagnitude(x, 'channel'))],
};
