import {
  abs,
  cast,
  clipByValue,
  div,
  greaterEqual,
  lessEqual,
  logicalAnd,
  max,
  mul,
  round,
  square,
  sub,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs-core';
import { DlError } from '../../core/errors.ts';
import type { Quantizer } from './quantizer.ts';

export interface DoReFaOptions {
  /** 1 to 8. @default 2 */
  readonly bits?: number;
  /** `activations`: from 0 to 1, what is beyond is cut off. `weights`: from -1 to 1, after tanh. @default 'activations' */
  readonly mode?: 'activations' | 'weights';
}

/**
 * 2^bits values at equal distances (Zhou et al., "DoReFa-Net", 2016). Straight through the rounding; of activations 0 outside of 0 to 1,
 * of weights through the tanh, whose largest magnitude counts as a constant.
 * @throws DlError `config` for bits that are not 1 to 8, and another mode
 */
export function doReFa({ bits = 2, mode = 'activations' }: DoReFaOptions = {}): Quantizer {
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) throw new DlError('config', `doReFa bits is ${bits}; allowed are 1 to 8.`);
  if (mode !== 'activations' && mode !== 'weights') {
    throw new DlError('config', `doReFa mode is ${JSON.stringify(mode)}; allowed are 'activations' and 'weights'.`);
  }
  const steps = 2 ** bits - 1;
  const rounded = (x: Tensor) => div(round(mul(x, steps)), steps);
  if (mode === 'activations') {
    return {
      name: 'doReFa',
      bits,
      forward: (x) => rounded(clipByValue(x, 0, 1)),
      gradient: (dy, x) => [mul(dy, cast(logicalAnd(greaterEqual(x, 0), lessEqual(x, 1)), 'float32'))],
    };
  }
  const largest = (x: Tensor) => max(abs(tanh(x)));
  return {
    name: 'doReFa',
    bits,
    forward: (x) => sub(mul(rounded(sub(div(tanh(x), mul(largest(x), 2)), -0.5)), 2), 1),
    gradient: (dy, x) => [div(mul(dy, sub(1, square(tanh(x)))), largest(x))],
  };
}
