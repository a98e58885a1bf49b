import type { Quantizer } from './quantizer.ts';
import { signs, withinOne } from './signs.ts';

/** The sign: -1 or 1. Straight through from -1 to 1, 0 beyond (Courbariaux et al., "Binarized Neural Networks", 2016). */
export const steSign: Quantizer = {
  name: 'steSign',
  bits: 1,
  forward: signs,
  gradient: (dy, x) => [withinOne(dy, x)],
};
