import { roundHalfToEven } from '../../core/round-half-to-even.ts';
import type { KernelActivation } from '../address.ts';
import { activateOne } from './elementwise.ts';

/** The float32 values of integer sums. @param scales of each channel: the input's scale times the weight's */
export function dequantize(sums: Int32Array, scales: Float32Array, activation?: KernelActivation): Float32Array {
  return Float32Array.from(sums, (sum, index) => activateOne(Math.fround(sum) * scales[index % scales.length], activation));
}

/**
 * Integer sums as activations of the next layer, 0 to 127: one float32 multiplication and one rounding, halves to even.
 *
 * @param multipliers of each channel, as float32: the input's scale times the weight's, divided by the output's
 * @param zeroPoint of the output
 * @param activation `relu6` needs a range that ends at 6 or below
 */
export function requantize(sums: Int32Array, multipliers: Float32Array, zeroPoint: number, activation?: KernelActivation): Uint8Array {
  const least = activation === undefined || activation === 'linear' ? 0 : zeroPoint;
  return Uint8Array.from(sums, (sum, index) => {
    const number = roundHalfToEven(Math.fround(Math.fround(sum) * multipliers[index % multipliers.length])) + zeroPoint;
    return Math.min(127, Math.max(least, number));
  });
}
