import { roundHalfToEven } from '../core/round-half-to-even.ts';
import type { ActivationRange } from './model-file.ts';

/** The largest number of 7 bits. */
export const largestActivation = 127;

/**
 * The whole numbers for values from `low` to `high`. The range is widened to include 0, and 0 is a whole number exactly: zeros of the
 * padding stay zeros (Jacob et al., 2018).
 */
export function activationRange(low: number, high: number): ActivationRange {
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround((most - least) / largestActivation);
  if (scale === 0) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: Math.min(largestActivation, roundHalfToEven(-least / scale)) };
}

/** The whole number of a value; what is outside the range gets the nearest end. */
export function quantizeActivation(value: number, { scale, zeroPoint }: ActivationRange): number {
  const number = roundHalfToEven(Math.fround(value / scale)) + zeroPoint;
  return Math.min(largestActivation, Math.max(0, number));
}

/** The value that stands for `value` where only whole numbers are kept. */
export function roundActivation(value: number, range: ActivationRange): number {
  return Math.fround((quantizeActivation(value, range) - range.zeroPoint) * range.scale);
}
