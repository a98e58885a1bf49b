import type { Quantizer } from './quantizer.ts';
import { scaledQuantizer } from './scaled-quantizer.ts';
import { steSign } from './ste-sign.ts';

/** The sign times the mean magnitude of the output channel, the last axis: for kernels (Liu et al., "Bi-Real Net", 2018). */
export const magnitudeAwareSign: Quantizer = { ...scaledQuantizer(steSign, 'channel'), name: 'magnitudeAwareSign' };
