import { roundHalfToEven } from '../../core/round-half-to-even.ts';

/** The largest number that float16 has. */
export const largestHalf = 65_504;

/** Brings each value to the nearest that float16 has. @param values of magnitude up to 65,504 */
export function roundToHalf(values: Float32Array): Float32Array {
  return values.map((value) => {
    const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
    const step = 2 ** (exponent - 10);
    return roundHalfToEven(value / step) * step + 0;
  });
}
